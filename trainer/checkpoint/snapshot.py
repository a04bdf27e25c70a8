"""This rank's file, made in memory: training goes on as soon as its tensors are copied here.

The buffer is the file as it will lie on the disk, so that writing needs no second copy. It is kept for the next save:
a rank needs as much memory of the host as it writes (pinned, where the state is on a GPU, for the bandwidth; PyTorch
rounds pinned memory up to a power of two). The first save is slower, since the buffer's pages are touched first.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainer.checkpoint.pieces import Piece
from trainer.checkpoint.plan import Plan


class Snapshot:
    def __init__(self) -> None:
        self._buffer = torch.empty(0, dtype=torch.uint8)

    def take(self, plan: Plan, held: list[Piece]) -> None:
        """Copy what this rank writes; when it returns, the tensors may be overwritten."""
        on_gpu = any(piece.part.is_cuda for piece in held)
        if self._buffer.numel() != plan.size:
            self._buffer = torch.empty(0, dtype=torch.uint8)  # the old one goes before the new one comes
            self._buffer = torch.empty(plan.size, dtype=torch.uint8, pin_memory=on_gpu)
        self._buffer[: len(plan.head)] = torch.frombuffer(bytearray(plan.head), dtype=torch.uint8)
        for number, offset in zip(plan.ours, plan.offsets, strict=True):
            part = held[number].part
            _room(self._buffer, offset, part).copy_(part, non_blocking=True)
        if on_gpu:
            torch.cuda.synchronize()

    @property
    def content(self) -> memoryview:
        return self._buffer.numpy().data


def _room(buffer: Tensor, offset: int, part: Tensor) -> Tensor:
    size = part.numel() * part.element_size()
    room = buffer[offset : offset + size]
    if (buffer.data_ptr() + offset) % part.element_size():
        raise AssertionError("pieces lie in order of element size, so that each is aligned")
    return room.view(part.dtype).view(part.shape)

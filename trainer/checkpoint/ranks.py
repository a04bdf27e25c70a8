"""JSON between ranks, over the checkpoint's own process group; a process that is alone talks to itself.

The group is one of its own, with gloo: what is written behind training's back talks at any moment, and collectives of
two threads on one group would meet each other's (a deadlock). JSON, so that no rank unpickles what another sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import torch
import torch.distributed as dist
from torch import Tensor

from trainer.errors import TrainingError, TrainingStopped

_TIMEOUT = timedelta(minutes=30)  # the rank that writes longest is waited for


class Ranks:
    def __init__(self, group: dist.ProcessGroup | None = None, alone: bool = False) -> None:
        if group is None and not alone and dist.is_initialized() and dist.get_world_size() > 1:
            group = cast(dist.ProcessGroup, dist.new_group(backend="gloo", timeout=_TIMEOUT))
        self.group = group
        self.rank = dist.get_rank(group) if group is not None else 0
        self.world = dist.get_world_size(group) if group is not None else 1

    @property
    def first(self) -> bool:
        return self.rank == 0

    def broadcast(self, said: Any) -> Any:
        """What rank 0 says."""
        if self.group is None:
            return said
        sent = _bytes(said) if self.first else torch.empty(0, dtype=torch.uint8)
        size = torch.tensor([sent.numel()])
        dist.broadcast(size, group=self.group, group_src=0)
        if not self.first:
            sent = torch.empty(int(size), dtype=torch.uint8)
        dist.broadcast(sent, group=self.group, group_src=0)
        return _said(sent)

    def gather(self, said: Any) -> list[Any]:
        """What each rank says, on rank 0; nothing elsewhere."""
        if self.group is None:
            return [said]
        sent = _bytes(said)
        sizes = torch.zeros(self.world, dtype=torch.int64)
        sizes[self.rank] = sent.numel()
        dist.all_reduce(sizes, group=self.group)
        widest = int(sizes.max())
        heard = [torch.empty(widest, dtype=torch.uint8) for _ in range(self.world)] if self.first else None
        dist.gather(_widened(sent, widest), heard, group=self.group, group_dst=0)
        return [_said(each[:size]) for each, size in zip(heard or [], sizes.tolist(), strict=False)]

    def _scatter(self, said: list[Any]) -> Any:
        """To each rank its own of what rank 0 says."""
        if self.group is None:
            return said[0]
        sent = [_bytes(each) for each in said] if self.first else []
        widest, sizes = self.broadcast([max(map(len, sent), default=0), [len(each) for each in sent]])
        heard = torch.empty(widest, dtype=torch.uint8)
        dist.scatter(heard, [_widened(each, widest) for each in sent] or None, group=self.group, group_src=0)
        return _said(heard[: sizes[self.rank]])

    def scattered(self, decision: Callable[[], list[Any]]) -> Any:
        """To each rank its own of what `decision` gives on rank 0; its error is raised on every rank."""
        shares: list[Any] = []
        self.decided(lambda: shares.extend(decision()))
        return self._scatter(shares)

    def decided(self, decision: Callable[[], Any]) -> Any:
        """What `decision` gives on rank 0, to all; its error is raised on every rank, so that none waits for another.

        JSON goes through: tuples become lists.
        """
        said: dict[str, Any] = {}
        if self.first:
            try:
                said = {"is": decision()}
            except TrainingStopped as error:
                said = {"stopped": str(error)}
            except TrainingError as error:
                said = {"error": str(error)}
            except Exception as error:  # a mistake of ours: the others must not wait for an answer
                self.broadcast({"error": f"{type(error).__name__}: {error}"})
                raise
        said = self.broadcast(said)
        if "error" in said:
            raise TrainingError(said["error"])
        if "stopped" in said:
            raise TrainingStopped(said["stopped"])
        return said["is"]


def _bytes(said: Any) -> Tensor:
    return torch.frombuffer(bytearray(json.dumps(said).encode()), dtype=torch.uint8)


def _said(sent: Tensor) -> Any:
    return json.loads(sent.numpy().tobytes())


def _widened(sent: Tensor, widest: int) -> Tensor:
    return torch.nn.functional.pad(sent, (0, widest - sent.numel()))

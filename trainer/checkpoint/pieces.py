"""Which parts of a tensor this rank holds: boxes with a place in the whole tensor, whatever the mesh.

A DTensor's placements are followed from the left, as PyTorch applies them: each cuts what the one before has left.
FSDP over tensor parallelism cuts one dimension twice, and not in that order (`_StridedShard`), so that a rank may hold
several runs of rows; they are found by cutting a row of indices the same way. Partial sums are no weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor
from torch.distributed.tensor.placement_types import Placement

Cut = tuple[Placement, int, int]  # how, into how many parts, which of them is ours
Runs = list[tuple[int, int, int]]  # place in the whole dimension, place here, length


@dataclass(frozen=True)
class Piece:
    """A box of a tensor: where it begins in the whole one, and the rank's own memory of it."""

    starts: tuple[int, ...]
    part: Tensor

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(self.part.shape)


def pieces_of(tensor: Tensor) -> list[Piece]:
    """The boxes that this rank holds of `tensor`; none where it lies elsewhere."""
    tensor = tensor.detach()
    if not isinstance(tensor, DTensor):
        return [Piece((0,) * tensor.dim(), tensor)] if tensor.numel() else []
    here = tensor.to_local()
    if tensor.device_mesh.get_coordinate() is None or not here.numel():
        return []
    found = []
    for box in product(*(_runs(tensor.shape[dim], _cuts(tensor, dim)) for dim in range(tensor.dim()))):
        part = here
        for dim, (_, at, length) in enumerate(box):
            part = part.narrow(dim, at, length)
        found.append(Piece(tuple(start for start, _, _ in box), part))
    return found


def _cuts(tensor: DTensor, dim: int) -> tuple[Cut, ...]:
    coordinate = tensor.device_mesh.get_coordinate()
    assert coordinate is not None
    cuts = []
    for at, placement in enumerate(tensor.placements):
        if placement.is_partial():
            raise ValueError("a partial sum cannot be saved: reduce it first")
        if getattr(placement, "dim", None) == dim:
            cuts.append((placement, tensor.device_mesh.size(at), coordinate[at]))
    return tuple(cuts)


@lru_cache(maxsize=4096)
def _runs(size: int, cuts: tuple[Cut, ...]) -> Runs:
    """Which rows of a dimension are left to this rank after all cuts, those that follow one another as one."""
    if not cuts:
        return [(0, 0, size)]
    rows = torch.arange(size)
    for placement, parts, ours in cuts:
        rows = _cut(rows, placement, parts)[ours]
    ends = (rows.diff() != 1).nonzero().flatten() + 1
    begins = [0, *ends.tolist()]
    return [
        (int(rows[at]), at, end - at) for at, end in zip(begins, [*begins[1:], rows.numel()], strict=True) if end > at
    ]


def _cut(rows: Tensor, placement: Placement, parts: int) -> list[Tensor]:
    """`rows` as the placement would cut a dimension of as many."""
    factor = getattr(placement, "split_factor", 1)
    each = [_chunks(part, parts) for part in _chunks(rows, factor)]
    return [torch.cat([chunks[at] for chunks in each]) for at in range(parts)]


def _chunks(rows: Tensor, count: int) -> list[Tensor]:
    """torch.chunk, with empty ones where it gives fewer than `count`."""
    chunks = list(rows.chunk(count))
    return chunks + [rows[:0]] * (count - len(chunks))

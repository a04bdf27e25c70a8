"""State to save: small, of several types and shapes, different at each step."""

from __future__ import annotations

import torch
from torch import Tensor

SHAPES = {"embedding": (7, 5), "norm": (5,), "scale": (), "cube": (3, 2, 4)}


def state(step: int) -> dict[str, dict[str, Tensor]]:
    generator = torch.Generator().manual_seed(step)

    def drawn(dtype: torch.dtype) -> dict[str, Tensor]:
        return {name: torch.randn(shape, generator=generator).to(dtype) for name, shape in SHAPES.items()}

    return {"model": drawn(torch.float32), "first": drawn(torch.bfloat16), "second": drawn(torch.float64)}


def empty() -> dict[str, dict[str, Tensor]]:
    return {kind: {name: torch.full_like(each, 99) for name, each in of.items()} for kind, of in state(0).items()}


def same(one: dict, other: dict) -> bool:
    """Bit for bit."""
    return one.keys() == other.keys() and all(
        one[kind].keys() == other[kind].keys() and all(equal(one[kind][name], other[kind][name]) for name in one[kind])
        for kind in one
    )


def equal(one: Tensor, other: Tensor) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    return torch.equal(*(each.contiguous().flatten().view(torch.uint8) for each in (one, other)))

"""Rows filled with documents of a given mean length, the same ones in every run.

Lengths are lognormal with a standard deviation of 1 of the logarithm, about what web text has: of a mean of 1,000 the
median is 607 and one in twenty is over 3,100. A row begins and ends within documents as packing has it; the last one
is cut where the row ends.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

SPREAD = 1.0


def starts(rows: int, length: int, mean: int | None, seed: int = 0) -> Tensor:
    """int32 [rows, length]: where the document of each token begins; `mean` None is one document a row."""
    made = np.zeros((rows, length), np.int32)
    if mean is not None:
        drawn = np.random.Generator(np.random.PCG64(seed))
        for row in made:
            at = 0
            while at < length:
                size = max(1, round(drawn.lognormal(np.log(mean) - SPREAD**2 / 2, SPREAD)))
                row[at : at + size] = at
                at += size
    return torch.from_numpy(made)


def attended(starts: Tensor) -> int:
    """Keys that all queries together attend to, each itself too."""
    rows = torch.arange(starts.shape[1], device=starts.device)
    return int((rows[None] - starts + 1).sum())


def ids(starts: Tensor) -> Tensor:
    """int32 as `starts`: the number of each token's document in its row."""
    begins = torch.ones_like(starts)
    begins[:, 1:] = starts[:, 1:] != starts[:, :-1]
    return (begins.cumsum(1) - 1).int()


def bounds(starts: Tensor) -> Tensor:
    """int32: where documents begin in all rows laid end to end, and the end of the last."""
    rows, length = starts.shape
    begun = torch.arange(length, device=starts.device)[None] == starts
    places = begun.flatten().nonzero().flatten()
    return torch.cat([places, places.new_tensor([rows * length])]).int()


def named(mean: int | None) -> str:
    return "one a row" if mean is None else f"mean {mean:,}"

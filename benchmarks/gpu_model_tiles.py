"""Which tiles of attention are visited with packed documents: skipped, interior (no mask), or at an edge (masked).

`starts[i]` is the row at which row i's document begins, so that row i attends to starts[i] <= j <= i. The rules are
those of `trainer.kernels.fused.attention_forward` and `attention_backward`; tests compare them with the mask itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.gpu_model_device import SMS


@dataclass(frozen=True)
class Tiles:
    """By tile of queries (or of keys): how many of the other side it visits."""

    interior: NDArray[np.int64]
    masked: NDArray[np.int64]
    pairs: int  # of a square of all tiles

    @property
    def shares(self) -> dict[str, float]:
        """Of all pairs of tiles."""
        interior, masked = float(self.interior.sum()), float(self.masked.sum())
        return {
            "skipped": 1 - (interior + masked) / self.pairs,
            "interior": interior / self.pairs,
            "masked": masked / self.pairs,
        }


def attended(starts: NDArray[np.int64]) -> int:
    """The keys that all rows attend to together."""
    return int((np.arange(len(starts)) - starts + 1).sum())


def by_queries(starts: NDArray[np.int64], rows: int, keys: int) -> Tiles:
    """Tiles of `rows` queries, as the forward pass and the gradient of queries walk them: keys are cut into tiles from
    where the first query's document begins, up to the last query.
    """
    first = np.arange(0, len(starts), rows)
    last = np.minimum(first + rows, len(starts)) - 1
    begin = starts[first]
    edge = begin + (first + 1 - begin) // keys * keys
    whole = np.minimum(begin - (begin - starts[last]) // keys * keys, edge)
    interior = (edge - whole) // keys
    pairs = len(first) * -(-len(starts) // keys)
    return Tiles(interior, -(-(last + 1 - begin) // keys) - interior, pairs)


def by_keys(starts: NDArray[np.int64], rows: int, keys: int) -> Tiles:
    """Tiles of `keys` keys, as their gradient walks them: queries are cut into tiles from the first key on, up to the
    end of the last key's document.
    """
    key = np.arange(0, len(starts), keys)
    last = np.minimum(key + keys, len(starts)) - 1
    ends = np.searchsorted(starts, np.arange(len(starts)), side="right")
    visited = -(-(ends[last] - key) // rows)
    interior = np.maximum((ends[key] - key) // rows - -(-(keys - 1) // rows), 0)
    return Tiles(interior, visited - interior, len(key) * -(-len(starts) // rows))


def makespan(work: Sequence[float], servers: int = SMS) -> float:
    """When the last program ends, each taken in the order of the launch by the SM that is free first."""
    busy = [0.0] * servers
    for each in work:
        heapq.heapreplace(busy, busy[0] + each)
    return max(busy)

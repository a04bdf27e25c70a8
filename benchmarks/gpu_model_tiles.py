"""Which tiles of attention are visited with packed documents: skipped, interior (no mask), or at an edge (masked).

`starts[i]` is the row at which row i's document begins, so that row i attends to starts[i] <= j <= i. A tile of queries
visits the tiles of keys from the one that holds the first row's start up to the one that holds its own last row; of
these the ones that begin at or after the last row's start, and end at or before the first row, need no mask. The
backward pass visits the same pairs, a tile of keys at a time. Tests compare with the mask itself.
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


def drawn(length: int, mean: float, seed: int) -> NDArray[np.int64]:
    """`starts` of a row filled with documents of exponentially distributed lengths; the last one is cut."""
    rng = np.random.default_rng(seed)
    starts = np.empty(length, np.int64)
    at = 0
    while at < length:
        end = min(length, at + max(1, round(rng.exponential(mean))))
        starts[at:end] = at
        at = end
    return starts


def attended(starts: NDArray[np.int64]) -> int:
    """The keys that all rows attend to together."""
    return int((np.arange(len(starts)) - starts + 1).sum())


def by_queries(starts: NDArray[np.int64], rows: int, keys: int) -> Tiles:
    """Tiles of `rows` queries and `keys` keys, as the forward pass and dQ walk them."""
    first = np.arange(0, len(starts), rows)
    last = np.minimum(first + rows, len(starts)) - 1
    low, high = starts[first] // keys, last // keys + 1
    whole = np.maximum((first + 1) // keys - -(-starts[last] // keys), 0)
    pairs = len(first) * -(-len(starts) // keys)
    return Tiles(whole, high - low - whole, pairs)


def by_keys(starts: NDArray[np.int64], rows: int, keys: int) -> Tiles:
    """The same pairs by tile of keys, as dK and dV walk them."""
    first = np.arange(0, len(starts), rows)
    last = np.minimum(first + rows, len(starts)) - 1
    each = np.arange(-(-len(starts) // keys))[:, None]
    visited = (each >= (starts[first] // keys)[None]) & (each <= (last // keys)[None])
    whole = (each * keys >= starts[last][None]) & ((each + 1) * keys <= first[None] + 1)
    interior = (visited & whole).sum(1)
    return Tiles(interior, visited.sum(1) - interior, len(first) * len(each))


def makespan(work: Sequence[float], servers: int = SMS) -> float:
    """When the last program ends, each taken in the order of the launch by the SM that is free first."""
    busy = [0.0] * servers
    for each in work:
        heapq.heapreplace(busy, busy[0] + each)
    return max(busy)

"""Histograms of signals whose bins never move, so that the counts of shards add up as integers.

Bin 0 holds the value 0; bin k > 0 holds [2^((k-1-ORIGIN)/8), 2^((k-ORIGIN)/8)), and bin -k the same range below zero:
eight bins a doubling from 2^-40 on, which serves shares of a percent and counts of millions alike. Smaller magnitudes
fall into bin 1 or -1, NaN is not counted. Bins are found by comparison with fixed edges, not by a logarithm, so that a
value that equals an edge falls on the same side on every machine.
"""

from __future__ import annotations

import numpy as np

ORIGIN = 320  # 40 doublings below 1
BINS = 832  # up to 2^64
_EDGES = np.exp2(np.arange(-ORIGIN, BINS - ORIGIN + 1) / 8.0)


def counts(values: np.ndarray) -> dict[int, int]:
    """How many of `values` (numbers, any shape) lie in each bin that has some, in order of bins."""
    values = np.asarray(values, np.float64).ravel()
    values = values[~np.isnan(values)]
    magnitude = np.clip(np.searchsorted(_EDGES, np.abs(values), side="right"), 1, BINS)
    bins = np.where(values == 0, 0, np.sign(values) * magnitude).astype(np.int64)
    found, many = np.unique(bins, return_counts=True)
    return {int(b): int(n) for b, n in zip(found, many, strict=True)}


def edges(bin: int) -> tuple[float, float]:
    """Lower and upper edge of a bin; both 0 for bin 0."""
    if bin == 0:
        return 0.0, 0.0
    low, high = float(_EDGES[abs(bin) - 1]), float(_EDGES[abs(bin)])
    return (low, high) if bin > 0 else (-high, -low)


def add(into: dict[int, int], more: dict[int, int] | dict[str, int]) -> None:
    """Add counts to `into`; bins may be text, as JSON keeps keys."""
    for bin, many in more.items():
        into[int(bin)] = into.get(int(bin), 0) + many

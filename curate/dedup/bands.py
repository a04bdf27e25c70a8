"""Candidate pairs by banding (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4).

A sketch is cut into `bands` of `rows` values; documents that agree in one whole band are candidates. A pair of
similarity J meets with probability 1-(1-J^rows)^bands: for 14 x 8 that is 77 % at 0.75, 92 % at 0.8, 99 % at 0.85.

A band shared by very many documents (one template, one boilerplate sentence) would give the square of their number.
Above `hot_band` members the group is put in order of its sketches, in which similar documents lie close together, and
each is compared with the next `window` only; such groups are reported, because they may hide pairs.
"""

from __future__ import annotations

import numpy as np

from curate.dedup.arrays import owned
from curate.dedup.mixing import mix64
from curate.kernels.jit import kernel


def band_hashes(sketches: np.ndarray, bands: int, rows: int, competition: int = 0) -> np.ndarray:
    """uint64[n, bands]: a hash of each band's values, its number and the class within which documents compete."""
    if sketches.shape[1] != bands * rows:
        raise ValueError(f"sketches have {sketches.shape[1]} values, {bands} bands x {rows} rows need {bands * rows}")
    return _bands(owned(sketches, np.uint32), bands, rows, np.uint64(competition))


def candidates(
    keys: np.ndarray, ids: np.ndarray, order: np.ndarray, window: int, hot_band: int
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Pairs of ids that share a key: int64[m, 2], a < b, sorted, each once; and (size, key) of each hot group.

    `keys`, `ids` and `order` (where a sketch stands among sketches) have one element for each document and band. The
    answer does not depend on the order of the input.
    """
    by = np.lexsort([ids, order, keys])
    keys, ids = owned(keys[by], np.uint64), owned(ids[by], np.int64)
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1], True]) if len(keys) else np.zeros(1, np.int64)
    sizes = np.diff(starts)
    reach = np.where(sizes > hot_band, np.minimum(window, sizes - 1), sizes - 1)
    count = int((reach * sizes - reach * (reach + 1) // 2).sum())
    pairs = _pairs(ids, starts, reach, count)
    hot = np.flatnonzero(sizes > hot_band)
    return _sorted_unique(pairs), list(zip(sizes[hot].tolist(), keys[starts[hot]].tolist(), strict=True))


def _sorted_unique(pairs: np.ndarray) -> np.ndarray:
    pairs = pairs[np.lexsort([pairs[:, 1], pairs[:, 0]])]
    new = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)][: len(pairs)]
    return pairs[new & (pairs[:, 0] != pairs[:, 1])]


@kernel
def _bands(sketches, bands, rows, competition):
    hashes = np.empty((sketches.shape[0], bands), np.uint64)
    for document in range(sketches.shape[0]):
        for band in range(bands):
            h = mix64(competition + np.uint64(band + 1) * np.uint64(0x9E3779B97F4A7C15))
            for at in range(band * rows, (band + 1) * rows):
                h = mix64(h ^ np.uint64(sketches[document, at]))
            hashes[document, band] = h
    return hashes


@kernel
def _pairs(ids, starts, reach, count):
    pairs = np.empty((count, 2), np.int64)
    to = 0
    for group in range(reach.size):
        for first in range(starts[group], starts[group + 1]):
            for second in range(first + 1, min(first + reach[group] + 1, starts[group + 1])):
                pairs[to, 0] = min(ids[first], ids[second])
                pairs[to, 1] = max(ids[first], ids[second])
                to += 1
    return pairs

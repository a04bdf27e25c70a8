"""Candidate pairs by banding (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4).

A sketch is cut into `bands` of `rows` values; documents that agree in one whole band are candidates. A pair of
similarity J meets with probability 1-(1-J^rows)^bands: for 14 x 8 that is 77 % at 0.75, 92 % at 0.8, 99 % at 0.85.

A band shared by very many documents (one template, one boilerplate sentence) would give the square of their number.
Above `hot_band` members each is compared with the best half of `window` of the group in the order of the policy, and
with as many neighbours in the order of the sketches' values outside the band, other ones for each band. The best are
those that stay, so what they remove is removed rightly; neighbours mostly remove each other, but find what is similar
where a group has nothing but the band in common. Such groups are reported, because they may hide pairs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from curate.dedup.arrays import owned
from curate.dedup.mixing import mix64
from curate.kernels.jit import kernel


def band_hashes(
    sketches: np.ndarray, bands: int, rows: int, competition: int | np.uint64 | np.ndarray = 0
) -> np.ndarray:
    """uint64[n, bands]: a hash of each band's values, its number and the class within which documents compete: one for
    all, or uint64[n]."""
    if sketches.shape[1] != bands * rows:
        raise ValueError(f"sketches have {sketches.shape[1]} values, {bands} bands x {rows} rows need {bands * rows}")
    classes = np.full(len(sketches), competition, np.uint64)
    return _bands(owned(sketches, np.uint32), bands, rows, classes)


def sketch_order(sketches: np.ndarray, rows: int, band: int) -> np.ndarray:
    """uint64[n]: where sketches stand among those that share a band: by two values outside it."""
    first, second = (sketches[:, (band + step) * rows % sketches.shape[1]].astype(np.uint64) for step in (1, 2))
    return first << np.uint64(32) | second


def candidates(
    keys: np.ndarray, ids: np.ndarray, order: np.ndarray, policy: np.ndarray, window: int, hot_band: int
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Pairs of ids that share a key: int64[m, 2], a < b, sorted, each once; and (size, key) of each hot group.

    `keys`, `ids`, `order` (uint64, of `sketch_order`) and `policy` (int64[n, k], smaller is better, then the id) have
    a row for each document and band. The answer does not depend on the order of the input.
    """
    by = np.lexsort([ids, *policy.T[::-1], keys])
    keys, ids, order = keys[by], owned(ids[by], np.int64), order[by]
    starts = group_starts(keys)
    sizes = np.diff(starts)
    hot = sizes > hot_band
    best = np.where(hot, window // 2, sizes)
    pairs = _with_first(ids, starts, best, int(_pairs_with_first(sizes, best).sum()))
    if hot.any():
        member = np.repeat(hot, sizes)
        near = _with_next(keys[member], ids[member], order[member], window - window // 2)
        pairs = np.concatenate([pairs, near])
    return _sorted_unique(pairs), list(zip(sizes[hot].tolist(), keys[starts[:-1][hot]].tolist(), strict=True))


def of_one_hot_band(
    ids: np.ndarray, order: np.ndarray, policy: np.ndarray, window: int, most: int
) -> Iterator[np.ndarray]:
    """The same pairs of the members of one hot band, some twice, about `most` at a time: for bands of millions."""
    at_once = max(1, most // max(1, len(ids)))
    ranked = ids[np.lexsort([ids, *policy.T[::-1]])]
    for first in range(0, window // 2, at_once):
        few = range(first, min(first + at_once, window // 2))
        yield _in_order(np.concatenate([_with(ranked[best : best + 1], ranked[best + 1 :]) for best in few]))
    sketched = ids[np.lexsort([ids, order])]
    for first in range(1, window - window // 2 + 1, at_once):
        few = range(first, min(first + at_once, window - window // 2 + 1))
        yield _in_order(np.concatenate([_with(sketched[:-step], sketched[step:]) for step in few]))


def pair_counts(sizes: np.ndarray, window: int, hot_band: int) -> np.ndarray:
    """int64[groups]: at most so many pairs come of groups of these sizes."""
    hot = sizes > hot_band
    return np.where(hot, window * sizes, _pairs_with_first(sizes, sizes))


def group_starts(keys: np.ndarray) -> np.ndarray:
    """int64[groups + 1]: where each run of equal keys begins, and the end."""
    if not len(keys):
        return np.zeros(1, np.int64)
    return np.flatnonzero(np.r_[True, keys[1:] != keys[:-1], True])


def _pairs_with_first(sizes: np.ndarray, best: np.ndarray) -> np.ndarray:
    best = np.minimum(best, sizes)
    return best * sizes - best * (best + 1) // 2


def _with_next(keys: np.ndarray, ids: np.ndarray, order: np.ndarray, window: int) -> np.ndarray:
    by = np.lexsort([ids, order, keys])
    keys, ids = keys[by], ids[by]
    parts = [np.empty((0, 2), np.int64)]
    for step in range(1, window + 1):
        same = keys[step:] == keys[:-step]
        parts.append(_with(ids[:-step][same], ids[step:][same]))
    return _in_order(np.concatenate(parts))


def _with(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.column_stack(np.broadcast_arrays(a, b)) if len(b) else np.empty((0, 2), np.int64)


def _in_order(pairs: np.ndarray) -> np.ndarray:
    """The smaller id first."""
    pairs.sort(axis=1)
    return pairs


def _sorted_unique(pairs: np.ndarray) -> np.ndarray:
    pairs = pairs[np.lexsort([pairs[:, 1], pairs[:, 0]])]
    new = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)][: len(pairs)]
    return pairs[new & (pairs[:, 0] != pairs[:, 1])]


@kernel
def _bands(sketches, bands, rows, competition):
    hashes = np.empty((sketches.shape[0], bands), np.uint64)
    for document in range(sketches.shape[0]):
        for band in range(bands):
            h = mix64(competition[document] + np.uint64(band + 1) * np.uint64(0x9E3779B97F4A7C15))
            for at in range(band * rows, (band + 1) * rows):
                h = mix64(h ^ np.uint64(sketches[document, at]))
            hashes[document, band] = h
    return hashes


@kernel
def _with_first(ids, starts, best, count):
    pairs = np.empty((count, 2), np.int64)
    to = 0
    for group in range(best.size):
        for first in range(starts[group], min(starts[group] + best[group], starts[group + 1])):
            for second in range(first + 1, starts[group + 1]):
                pairs[to, 0] = min(ids[first], ids[second])
                pairs[to, 1] = max(ids[first], ids[second])
                to += 1
    return pairs

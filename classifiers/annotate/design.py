"""The sampling design: which documents are drawn, and how many of the corpus each stands for.

Three phases, each a simple random sample without replacement by hash of (seed, uid), so that nobody's order decides:

1. of all documents the POOL of least hash, which bounds memory;
2. of each key (host, repository) at most `per_key`, or the least number above it that leaves enough documents;
3. of each stratum as many as `allocate` gives it: in proportion to its size to the power 1 - evenness (Bankier, 1988),
   at least one, so that rare strata are looked at and common ones still known best.

A document's weight is the product over the phases of (there were / were taken). Given the phases before, each factor is
the inverse of the probability of being taken, so sums of weight times value are unbiased for the sum over the corpus
(the double expansion estimator; Särndal, Swensson and Wretman, 1992, chapter 9), though strata are made from the pool
and the number of documents in a stratum is itself drawn. Costs 16 bytes a document of the pool and two sorts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.mix.order import stream_hash

POOL, KEYS, STRATA = 11, 12, 13  # streams of curate.mix.order; 1 and 2 are the mix's own
Index = NDArray[np.int64]
Weights = NDArray[np.float64]


def least(uids: np.ndarray, seed: int, most: int) -> Index:
    """Places of the `most` documents of least hash, in order of it."""
    return np.lexsort((uids, stream_hash(seed, POOL, uids)))[:most]


def capped(uids: np.ndarray, keys: np.ndarray, per_key: int, documents: int, seed: int) -> tuple[Index, Weights]:
    """At most `per_key` documents of each key, more only where they would not be `documents`; what each stands for."""
    _, group = np.unique(keys, return_inverse=True)
    sizes = np.bincount(group)
    takes = np.minimum(sizes, enough(sizes, per_key, documents))
    return _first(group, stream_hash(seed, KEYS, uids), uids, takes, sizes)


def enough(sizes: np.ndarray, per_key: int, documents: int) -> int:
    """The least cap from `per_key` on that leaves `documents` of groups of these sizes, or all there are."""
    low, high = per_key, max(per_key, int(sizes.max(initial=0)))
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if np.minimum(sizes, middle).sum() >= documents else (middle + 1, high)
    return low


def stratified(uids: np.ndarray, strata: np.ndarray, takes: np.ndarray, seed: int) -> tuple[Index, Weights]:
    """`takes[s]` documents of each stratum s, and what each stands for."""
    sizes = np.bincount(strata, minlength=len(takes))
    return _first(strata, stream_hash(seed, STRATA, uids), uids, np.minimum(takes, sizes), sizes)


def allocate(sizes: np.ndarray, documents: int, evenness: float) -> Index:
    """How many of each stratum: at least one, at most all, together `documents` where there are as many.

    ValueError where there are more strata than documents: one left out would be missing from every estimate.
    """
    sizes = np.asarray(sizes, np.int64)
    documents = min(documents, int(sizes.sum()))
    if (sizes > 0).sum() > documents:
        raise ValueError(f"{(sizes > 0).sum()} strata cannot be sampled by {documents} documents; merge some")
    shares = np.where(sizes > 0, np.round(np.maximum(sizes, 1) ** (1.0 - evenness), 9), 0.0)
    takes = _filled(sizes, shares, documents)
    order = np.lexsort((np.arange(len(sizes)), -shares))
    while (left := documents - int(takes.sum())) > 0:  # what rounding down left: one each, the largest share first
        takes[order[takes[order] < sizes[order]][:left]] += 1
    return takes


def _filled(sizes: np.ndarray, shares: np.ndarray, documents: int) -> Index:
    """min(size, max(1, scale * share)) rounded down, with the greatest scale that does not exceed `documents`."""

    def at(scale: float) -> Index:
        return np.minimum(sizes, np.maximum(1, np.floor(scale * shares)).astype(np.int64))

    low, high = 0.0, float(documents + 1) / max(shares[shares > 0].min(initial=1.0), 1e-9)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle).sum() <= documents else (low, middle)
    return at(low)


def _first(group: np.ndarray, hashes: np.ndarray, uids: np.ndarray, takes: np.ndarray, sizes: np.ndarray):
    """The first takes[g] by hash of each group g; weights sizes/takes. Places in ascending order."""
    order = np.lexsort((uids, hashes, group))
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - starts[group[order]]
    chosen = np.flatnonzero(rank < takes[group])
    return chosen, sizes[group[chosen]] / takes[group[chosen]]

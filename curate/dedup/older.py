"""Documents of older corpora beside one's own: the older wins, and what was decided there is not decided again.

Older documents that met near-duplicate detection are vertices once more, ahead of all own ones in the order, with
their fate known. The first order key says it all, smaller is better: corpus-256 for an older document that stayed,
corpus-128 for one that went, 0 for one's own.

- One that stayed removes own neighbours, as the greedy choice would have it.
- One that went removes nobody. But an own document with the same sketch is its twin, has the same neighbours, and so
  goes to the keeper that it went to, at that similarity (see `copies`). It comes after those that stayed, so that it
  speaks for its class only where none of them does.

The own removals are then those of one run over all documents in the order: older corpora, then policy. But for hot
bands: what went takes no place in their windows, so a little more is compared than in that run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curate.dedup.keepers import Removals

STAYED, WENT = -256, -128
NONE: Removals = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True)
class Older:
    """Of documents in memory: `corpora` int64[n], 0 for one's own; and what was removed of the older ones."""

    corpora: np.ndarray
    removals: Removals


def standing(corpora: np.ndarray, went: np.ndarray) -> np.ndarray:
    """int64[n]: the first order key of documents of `corpora`, of which those with `went` (bool[n]) were removed."""
    return np.where(corpora == 0, 0, corpora + np.where(went, WENT, STAYED)).astype(np.int64)


def may_remove(standing: np.ndarray) -> np.ndarray:
    """bool[n]: all but what went in an older corpus, which would but take the place of others in a hot band."""
    return (standing < WENT) | (standing == 0)


def is_open(standing_a: np.ndarray, standing_b: np.ndarray) -> np.ndarray:
    """bool[m]: whether the older corpora have not decided a pair: one end is our own."""
    return (standing_a == 0) | (standing_b == 0)


def settled(best: np.ndarray, removals: Removals) -> tuple[np.ndarray, np.ndarray]:
    """(keeper, similarity) for copies of `best`: it, unless it went in an older corpus; then the one it went to."""
    removed, keepers, similarity = removals
    if not len(removed):
        return best, np.ones(len(best))
    by = np.argsort(removed)
    at = by[np.minimum(np.searchsorted(removed[by], best), len(by) - 1)]
    went = removed[at] == best
    return np.where(went, keepers[at], best), np.where(went, similarity[at], 1.0)

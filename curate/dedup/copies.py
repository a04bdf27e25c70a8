"""Documents with one and the same sketch are one vertex: the best of them by the order of keeping.

Without this, n exact copies share every band: n^2/2 pairs, hot bands everywhere, and windows that lose real pairs.

Why the kept set is that of the joint graph. Members of a class have similarity 1 to each other and, their sketches
being equal, the same estimate to any third document and the same bands: they are twins, neighbours with the same other
neighbours. The greedy choice meets the best member r first.
- r is kept: the others are its neighbours and go. No neighbour of r is kept, and theirs are the same, so r is the only
  kept neighbour of each: keeper r, similarity 1.
- r goes to a kept X: X is a neighbour of them all and ahead of them in the order, so all go, and the best kept
  neighbour of twins is the same: keeper X, at r's similarity.
Either way no member but r is ever kept, so none removes anything, and to leave them out of the graph changes no other
fate. Where exact shingles decide (near the threshold), those of r speak for its class; documents of Jaccard
index 0.96 have equal sketches of 112 values once in 100, of 0.9 once in 130,000.
"""

from __future__ import annotations

import numpy as np


def collapse(names: np.ndarray, keys: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """int64[n]: for each document the id of the best with the same sketch (often itself).

    `names` is uint64[n, 2] from `sketch_hashes`, `keys` int64[n, k] from `order_keys`; smaller is better, then the id.
    """
    if not len(ids):
        return np.empty(0, np.int64)
    by = np.lexsort([ids, *keys.T[::-1], names[:, 1], names[:, 0]])
    first = np.r_[True, (names[by][1:] != names[by][:-1]).any(axis=1)]
    result = np.empty(len(ids), np.int64)
    result[by] = ids[by][np.maximum.accumulate(np.where(first, np.arange(len(ids)), 0))]
    return result


def fates(
    ids: np.ndarray,
    best: np.ndarray,
    removed: np.ndarray,
    keepers: np.ndarray,
    similarity: np.ndarray,
    alike: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Removals among the vertices, carried over to all documents: (ids ascending, keepers, similarity).

    `alike` is the similarity of each document and its best: 1, unless an older corpus has settled that (see `older`).
    """
    by = np.argsort(removed)
    removed, keepers, similarity = removed[by], keepers[by], similarity[by]
    at = np.searchsorted(removed, best)
    fell = np.isin(best, removed)
    keeper, value = best.copy(), np.ones(len(ids)) if alike is None else alike.astype(np.float64)
    keeper[fell], value[fell] = keepers[at[fell]], similarity[at[fell]]
    gone = np.flatnonzero(fell | (best != ids))
    gone = gone[np.argsort(ids[gone])]
    return ids[gone], keeper[gone], value[gone]

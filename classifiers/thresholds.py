"""Where to cut a classifier's scores: by yield (keep the best 30 %) or by precision (nine in ten kept are right).

Scores are thousandths, and all arithmetic is that of integers: `1000 * kept` against `permille * all`, never a rounded
quotient, so a cut is the same on every machine and may be taken from histograms that workers add up in any order.

Of equal scores all stay or all go. A yield can then seldom be met exactly; the cut is the one that comes nearest to it,
and of two as near the one that keeps less. "At least" would keep everything where most documents score 0, and "at most"
nothing where many score 1000, or where a language has three documents.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

YIELDS = (10, 20, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900)  # permille of all documents, those kept
PRECISIONS = (500, 600, 700, 800, 900, 950, 980, 990)  # permille of those kept that are right
TOP = 1000  # the best score: one, in thousandths


def cut(counts: NDArray[np.int64], permille: int) -> int:
    """The least score that stays, given how many documents have each score; len(counts) where none should stay."""
    kept = np.cumsum(counts[::-1], dtype=np.int64)[::-1]
    if not len(kept) or not kept[0]:
        return 0
    scores = np.flatnonzero(counts)
    wanted = permille * int(kept[0])
    gaps = [(abs(1000 * int(kept[score]) - wanted), int(kept[score]), int(score)) for score in scores]
    return min([*gaps, (wanted, 0, len(counts))])[2]


def histogram(scores: NDArray[np.integer], weights: NDArray[np.floating] | None = None) -> NDArray[np.int64]:
    """How many documents have each score, 0 to 1000; with weights in millionths of a document."""
    _checked(scores)
    counts = np.zeros(TOP + 1, np.int64)
    np.add.at(counts, scores, 1 if weights is None else np.rint(np.asarray(weights, np.float64) * 1e6).astype(np.int64))
    return counts


def by_yield(scores: NDArray[np.integer], weights: NDArray[np.floating] | None = None) -> dict[str, int]:
    """{"0.1": 812, ...}: the least score kept at each share of documents; without the shares that would keep none."""
    counts = histogram(scores, weights)
    cuts = {share(permille): cut(counts, permille) for permille in YIELDS}
    return {name: least for name, least in cuts.items() if least <= TOP and len(scores)}


def by_precision(
    y: NDArray[np.integer], scores: NDArray[np.integer], weights: NDArray[np.floating] | None = None
) -> dict[str, int]:
    """{"0.9": 640, ...}: the lowest cut at which so many of those kept are positive; without what no cut reaches."""
    if len(y) != len(scores):
        raise ValueError(f"{len(y):,} answers for {len(scores):,} scores: there must be one for each")
    positive = np.asarray(y) == 1
    every, right = (
        np.cumsum(histogram(scores[of], None if weights is None else weights[of])[::-1])[::-1].tolist()
        for of in (np.ones(len(scores), bool), positive)
    )
    cuts = {}
    for permille in PRECISIONS:
        enough = [s for s in np.unique(scores).tolist() if every[s] and 1000 * right[s] >= permille * every[s]]
        if enough:
            cuts[share(permille)] = enough[0]
    return cuts


def share(permille: int) -> str:
    """As cards and recipes write it: 0.1, 0.95."""
    return f"{permille / 1000:g}"


def _checked(scores: NDArray[np.integer]) -> None:
    if len(scores) and not (scores.dtype.kind in "iu" and scores.min() >= 0 and scores.max() <= TOP):
        raise ValueError("scores: must be whole thousandths from 0 to 1000")

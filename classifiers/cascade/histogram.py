"""What a fast and a slow model said of the same held-out documents: a sparse histogram of whole numbers.

A cell is [fast, slow, weight, squares]: both calibrated scores in thousandths, the sum of the documents' weights and
of their squares. Weights are Labels.weight in thousandths of its mean, at least 1: a sample that holds few of what is
frequent still speaks for the corpus. Squares give Kish's effective size (1965): how many equally weighted documents
would know as much.

`of_corpus` weighs it anew for a corpus of which only the fast scores are known: P(slow | fast) is taken from here, how
frequent a fast score is from there. Fast scores are pooled in their order until a pool has a two-hundredth of the
weight, since most thousandths were never seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

SCORES = 1001  # thousandths, both ends included
_POOLS = 200
_SHIFT = 32  # weights for a corpus are in 2^-32 of a document


@dataclass(frozen=True)
class Joint:
    """Ordered by (fast, slow), which no two cells share. Python's integers: nothing overflows or is rounded."""

    cells: tuple[tuple[int, int, int, int], ...]
    documents: int

    @property
    def weight(self) -> int:
        return sum(cell[2] for cell in self.cells)

    @property
    def effective(self) -> int:
        """Kish's effective size."""
        squares = sum(cell[3] for cell in self.cells)
        return self.weight**2 // squares if squares else 0

    @property
    def fast_counts(self) -> list[int]:
        """Its own histogram of fast scores: the corpus, as far as the held-out documents show it."""
        counts = [0] * SCORES
        for fast, _, weight, _ in self.cells:
            counts[fast] += weight
        return counts

    def of_corpus(self, fast_counts: np.ndarray | list[int]) -> Joint:
        """The same documents, weighed so that their fast scores are spread as those of a corpus."""
        counts = [int(count) for count in fast_counts]
        if len(counts) != SCORES or min(counts) < 0:
            raise ValueError(
                f"a histogram of fast scores has {SCORES} counts, none below 0; this one has {len(counts)}"
            )
        factor, start = [0] * SCORES, 0
        for end, weight in self._pools():
            factor[start:end] = [(sum(counts[start:end]) << _SHIFT) // weight] * (end - start)
            start = end
        weighed = ((f, s, w * factor[f], q * factor[f] ** 2) for f, s, w, q in self.cells)
        return Joint(tuple(cell for cell in weighed if cell[2]), self.documents)

    def to_json(self) -> dict[str, Any]:
        """For card.settings["joint"]."""
        return {"documents": self.documents, "cells": [list(cell) for cell in self.cells]}

    @staticmethod
    def of_json(stated: dict[str, Any]) -> Joint:
        """ValueError where it is none: a card is a file that people may have edited."""
        try:
            cells = tuple((int(f), int(s), int(w), int(q)) for f, s, w, q in stated["cells"])
            documents = int(stated["documents"])
        except (KeyError, TypeError, ValueError):
            raise ValueError(
                "card.json: settings.joint is no histogram of two scores; build the cascade again"
            ) from None
        if any(min(cell) < 0 or max(cell[:2]) >= SCORES for cell in cells) or list(cells) != sorted(cells):
            raise ValueError("card.json: settings.joint holds scores outside 0 to 1000; build the cascade again")
        return Joint(cells, documents)

    def _pools(self) -> list[tuple[int, int]]:
        """(end, weight) of ranges of fast scores that cover 0 to 1000, each with weight."""
        pools: list[tuple[int, int]] = []
        held, least = 0, self.weight // _POOLS
        for fast, weight in enumerate(self.fast_counts):
            held += weight
            if weight and held >= least:
                pools.append((fast + 1, held))
                held = 0
        if pools:
            pools[-1] = (SCORES, pools[-1][1] + held)
        return pools


def joint(fast: np.ndarray, slow: np.ndarray, weights: np.ndarray | None = None) -> Joint:
    """Of the thousandths that two models gave to the same documents."""
    if not len(fast) == len(slow):
        raise ValueError(f"{len(fast)} fast and {len(slow)} slow scores are not those of the same documents")
    units = _whole(weights, len(fast))
    cells: dict[tuple[int, int], list[int]] = {}
    for f, s, unit in zip(fast.tolist(), slow.tolist(), units, strict=True):
        cell = cells.setdefault((int(f), int(s)), [0, 0])
        cell[0] += unit
        cell[1] += unit * unit
    return Joint(tuple((f, s, w, q) for (f, s), (w, q) in sorted(cells.items())), len(fast))


def _whole(weights: np.ndarray | None, n: int) -> list[int]:
    if weights is None or n == 0:
        return [1000] * n
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise ValueError("weights of documents are above 0 and finite")
    return np.maximum(1, np.rint(1000 * weights / weights.mean())).astype(np.int64).tolist()

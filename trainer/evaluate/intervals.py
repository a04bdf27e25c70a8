"""Confidence of bits per byte: documents drawn again with replacement, a thousand times.

The documents are the sample, not their tokens, which depend on each other. What is told is the spread that another
draw of as many held-out documents would have; that of another seed of training is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainer.bootstrap import interval
from trainer.evaluate.scores import Scores

DRAWS = 1000


@dataclass(frozen=True)
class Interval:
    """An estimate, and between what 95 % of the draws lie."""

    value: float
    low: float
    high: float
    documents: int


def bits_per_byte(scores: Scores, seed: int = 0, draws: int = DRAWS) -> Interval:
    return _interval(scores.bits, scores.bytes, seed, draws)


def difference(one: Scores, other: Scores, seed: int = 0, draws: int = DRAWS) -> Interval:
    """Bits per byte of `one` less those of `other`, of the documents that both scored.

    Both are drawn together: what makes a document hard for either cancels, so the interval is narrower than two apart.
    """
    _, left, right = np.intersect1d(one.ids, other.ids, assume_unique=True, return_indices=True)
    bits, size = one.bits[left] - other.bits[right], one.bytes[left]
    if not np.array_equal(size, other.bytes[right]):
        raise ValueError("the documents were scored on other bytes: take the same shards and rows for both")
    return _interval(bits, size, seed, draws)


def _interval(bits: np.ndarray, size: np.ndarray, seed: int, draws: int) -> Interval:
    if not size.sum():
        return Interval(float("nan"), float("nan"), float("nan"), len(size))
    low, high = interval(lambda chosen: bits[chosen].sum() / max(size[chosen].sum(), 1), len(size), seed, draws)
    return Interval(float(bits.sum() / size.sum()), low, high, len(size))

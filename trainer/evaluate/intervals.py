"""Confidence of bits per byte: documents drawn again with replacement, a thousand times.

The documents are the sample, not their tokens, which depend on each other. What is told is the spread that another
draw of as many held-out documents would have; that of another seed of training is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    bits, size = scores.bits, scores.bytes
    if not size.sum():
        return Interval(float("nan"), float("nan"), float("nan"), len(size))
    low, high = interval(lambda chosen: bits[chosen].sum() / max(size[chosen].sum(), 1), len(size), seed, draws)
    return Interval(float(bits.sum() / size.sum()), low, high, len(size))

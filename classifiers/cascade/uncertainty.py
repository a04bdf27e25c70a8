"""Which fast scores go to the slow model, so that few decisions differ from those of running it on everything.

A document whose fast score lies in the band lo..hi is decided by the slow model; below the band it goes, above it
stays. Against the slow model on all, decisions differ for what lies below the band and the slow model would keep, and
for what lies above and it would not. The band is the one with the smallest share of the corpus inside among those
whose share of differing decisions is at most 1 - agreement with 95 % confidence: the one-sided bound of Clopper and
Pearson (1934) at Kish's effective size of the held-out documents (see histogram.py). Both ends are chosen on the
documents that the bound is computed on, so it is a little better than it should be; with fewer than 299 documents even
no difference at all does not show 99 %, and then everything is sent.

All in integers, the bound in decimal arithmetic: the same band on any machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from classifiers.cascade.histogram import SCORES, Joint
from classifiers.thresholds import cut

CONFIDENCE = Decimal("0.95")
AGREEMENT = 0.99
_BITS = 50  # of a histogram's sum, so that a thousand times as much is an int64


class Band(NamedTuple):
    """Fast scores in thousandths, both ends inside; empty where lo is hi + 1."""

    lo: int
    hi: int


ALL = Band(0, SCORES - 1)


@dataclass(frozen=True)
class Expected:
    """What a band does to a corpus: shares of its documents."""

    sent: float
    differing: float  # from the slow model's decisions, as the held-out documents have it
    bound: float  # upper, 95 %
    documents: int  # held out, the effective number


def slow_threshold(joint: Joint, fast_counts: np.ndarray | list[int], keep_best: float) -> int:
    """The least slow score that stays, in thousandths, where the best share of a corpus shall, of which only the fast
    scores are known; see classifiers.thresholds.cut for equal scores."""
    if not 0 < keep_best < 1:
        raise ValueError(f"keep_best is a share between 0 and 1, not {keep_best}")
    counts = [0] * SCORES
    for _, slow, weight, _ in joint.of_corpus(fast_counts).cells:
        counts[slow] += weight
    spare = max(0, sum(counts).bit_length() - _BITS)
    return cut(np.array([count >> spare for count in counts], np.int64), round(keep_best * 1000))


def band(
    joint: Joint,
    fast_counts: np.ndarray | list[int],
    *,
    keep_best: float | None = None,
    threshold: int | None = None,
    agreement: float = AGREEMENT,
) -> Band:
    """`threshold` is a slow score in thousandths. `fast_counts`: documents of the corpus by fast score, 1001 counts."""
    if (keep_best is None) == (threshold is None):
        raise ValueError("a band is around the slow model's threshold: give keep_best or threshold, not both")
    if threshold is None:
        threshold = slow_threshold(joint, fast_counts, keep_best or 0.0)
    here = joint.of_corpus(fast_counts)
    allowed = most_differing(here.effective, agreement)
    if allowed is None:
        return ALL
    below, above = _differing(here, threshold)
    inside = [0, *accumulate(int(count) for count in fast_counts)]
    found, end = [], 0
    for lo in range(SCORES + 1):  # what differs below grows with lo: the least end that makes up for it only moves up
        if below[lo] * here.effective > allowed * here.weight:
            break
        end = max(end, lo)
        while (below[lo] + above[end]) * here.effective > allowed * here.weight:
            end += 1
        found.append((inside[end] - inside[lo], below[lo] + above[end], lo, end - 1))
    _, _, lo, hi = min(found)
    return Band(lo, hi)


def expected(joint: Joint, fast_counts: np.ndarray | list[int], band: Band, threshold: int) -> Expected:
    """What to expect of a band in a corpus."""
    here = joint.of_corpus(fast_counts)
    below, above = _differing(here, threshold)
    n, total = here.effective, sum(int(count) for count in fast_counts)
    differing = (below[band.lo] + above[band.hi + 1]) / max(here.weight, 1)
    inside = sum(int(count) for count in fast_counts[band.lo : band.hi + 1])
    bound = 0.0 if band == ALL else _upper(round(differing * n), n)
    return Expected(inside / max(total, 1), differing, bound, n)


def sent(fast: np.ndarray, band: Band) -> np.ndarray:
    """Which documents go to the slow model."""
    return (fast >= band.lo) & (fast <= band.hi)


def merged(fast: np.ndarray, slow: np.ndarray, band: Band, threshold: int) -> np.ndarray:
    """The cascade's scores in thousandths: cut at `threshold` they give its decisions. `slow` is read inside the band.

    Outside the band the fast score stands, but stays on its side of the threshold.
    """
    outside = np.where(fast < band.lo, np.minimum(fast, max(threshold - 1, 0)), np.maximum(fast, threshold))
    return np.where(sent(fast, band), slow, outside).astype(np.int32)


def too_few(joint: Joint, fast_counts: np.ndarray | list[int], agreement: float = AGREEMENT) -> str | None:
    """Why everything is sent, where it is so for want of held-out documents."""
    n = joint.of_corpus(fast_counts).effective
    if most_differing(n, agreement) is not None:
        return None
    return (
        f"{n:,} held-out documents (effective) cannot show that {agreement:.2%} of decisions agree, so the slow model "
        "runs on all documents; label more and build the cascade again"
    )


def most_differing(documents: int, agreement: float) -> int | None:
    """The most of so many held-out documents that may differ, if at most 1 - agreement shall with 95 % confidence."""
    if not 0 < agreement <= 1:
        raise ValueError(f"agreement is a share above 0 and at most 1, not {agreement}")
    share, most, at_most = 1 - Decimal(str(agreement)), None, Decimal(0)
    for differing, chance in enumerate(_binomial(documents, share)):
        at_most += chance
        if at_most > 1 - CONFIDENCE:
            break
        most = differing
    return most


def _binomial(n: int, share: Decimal) -> Iterator[Decimal]:
    """Chances of 0, 1, 2 ... of n."""
    context = Context(prec=40)
    chance = context.power(1 - share, n)
    for k in range(n + 1):
        yield chance
        chance = context.multiply(chance, context.divide(share * (n - k), (1 - share) * (k + 1)))


def _upper(differing: int, n: int) -> float:
    """The least ten-thousandth that is at or above the 95 % bound of the share, of which `differing` of n were seen."""
    low, high = 0, 10_000
    while low < high:
        middle = (low + high) // 2
        most = most_differing(n, 1 - middle / 10_000) if middle < 10_000 else n
        low, high = (low, middle) if most is not None and most >= differing else (middle + 1, high)
    return low / 10_000


def _differing(joint: Joint, threshold: int) -> tuple[list[int], list[int]]:
    """(weight below each fast score that the slow model keeps, weight from each on that it does not)."""
    keeps, drops = [0] * SCORES, [0] * SCORES
    for fast, slow, weight, _ in joint.cells:
        (keeps if slow >= threshold else drops)[fast] += weight
    return [0, *accumulate(keeps)], [0, *accumulate(reversed(drops))][::-1]

"""Is one arm better than another: differences of bits per byte, with two kinds of doubt kept apart.

Chance enters by the seed (first weights, order of rows) and by which documents were held out. For the first, runs of
one seed are paired and Student's t gives an interval for the mean difference over seeds. For the second, held-out
documents are drawn with replacement (2,000 times) and bits are summed over bytes anew: the mean over seeds stays. Where
at least 20 keys (hosts, repositories) are held out, whole keys are drawn, since documents of one host resemble each
other; with fewer the interval speaks for these hosts alone. A difference is called one where both exclude 0.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trainer.bootstrap import interval

DRAWS = 2000
LEAST_KEYS = 20
# Student's t, 97.5 %, for 1 to 30 degrees of freedom; above them the normal value errs by less than 2 %.
T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """B - A in bits per byte: below 0 B predicts the text better. Intervals are of 95 %; None with one seed."""

    value: float
    by_seed: tuple[float, ...]
    seeds_low: float | None
    seeds_high: float | None
    documents_low: float
    documents_high: float
    documents: int
    drawn: str  # "documents" or "keys"

    @property
    def sure(self) -> bool:
        """Whether both intervals exclude 0."""
        if self.seeds_low is None or self.seeds_high is None:
            return False
        return all(low > 0 or high < 0 for low, high in self._intervals())

    def _intervals(self) -> list[tuple[float, float]]:
        assert self.seeds_low is not None and self.seeds_high is not None
        return [(self.seeds_low, self.seeds_high), (self.documents_low, self.documents_high)]

    def plain(self) -> dict[str, Any]:
        return {**asdict(self), "sure": self.sure}


def bits_per_byte(bits: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """bits float64[..., documents], sizes int64[documents] in bytes: of each run."""
    return bits.sum(-1) / sizes.sum()


def difference(a: np.ndarray, b: np.ndarray, sizes: np.ndarray, keys: np.ndarray, seed: int = 0) -> Difference:
    """a and b float64[seeds, documents] in bits, of the same seeds and documents; keys[documents] of any type."""
    by_seed = bits_per_byte(b, sizes) - bits_per_byte(a, sizes)
    low, high = t_interval(by_seed)
    groups, labels = np.unique(keys, return_inverse=True)
    whole = len(groups) >= LEAST_KEYS
    if not whole:
        labels = np.arange(len(sizes))
    more, size = np.bincount(labels, (b - a).mean(0)), np.bincount(labels, sizes)

    def ratio(chosen: np.ndarray) -> float:
        times = np.bincount(chosen, minlength=len(more))
        return float(times @ more / (times @ size))

    ends = interval(ratio, len(more), seed, DRAWS)
    return Difference(
        float(by_seed.mean()), tuple(map(float, by_seed)), low, high, *ends,
        len(sizes), "keys" if whole else "documents",
    )  # fmt: skip


def t_interval(values: np.ndarray) -> tuple[float | None, float | None]:
    """95 % for the mean; None for a single value."""
    n = len(values)
    if n < 2:
        return None, None
    reach = (T[n - 2] if n - 2 < len(T) else 1.96) * float(values.std(ddof=1)) / n**0.5
    return float(values.mean()) - reach, float(values.mean()) + reach

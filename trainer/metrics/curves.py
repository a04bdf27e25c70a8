"""A curve of any length, thinned to the pixels that show it: nothing that stood out is lost.

Of the points that fall on one column of pixels the chart keeps the mean, weighted where weights are given (so the loss
of a column is nats over tokens, not a mean of means), and the least and greatest, drawn as a band. A spike of one step
in a million is still seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class Curve:
    """Columns in order; where each has one point, low, mean and high agree."""

    x: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    @property
    def thinned(self) -> bool:
        return bool((self.low < self.high).any())


def thin(
    x: np.ndarray,
    values: np.ndarray,
    columns: int,
    weights: np.ndarray | None = None,
    span: tuple[int, int] | None = None,
) -> Curve:
    """`values` at rising `x`, in at most `columns` columns between the ends of `span` (of `x` where it is not given).

    What is not finite, or has no weight, is left out.
    """
    weights = np.ones(len(x)) if weights is None else weights
    sound = np.isfinite(values) & (weights > 0)
    x, values, weights = x[sound].astype(float), values[sound], weights[sound]
    if len(x) <= columns:
        return Curve(x, values, values, values)
    first, last = span or (x[0], x[-1])
    column = np.minimum((x - first) / max(last - first, 1) * columns, columns - 1).astype(np.int64)
    begins = np.flatnonzero(np.diff(column, prepend=-1))
    weight = np.add.reduceat(weights, begins)
    return Curve(
        np.add.reduceat(x * weights, begins) / weight,
        np.add.reduceat(values * weights, begins) / weight,
        np.minimum.reduceat(values, begins),
        np.maximum.reduceat(values, begins),
    )

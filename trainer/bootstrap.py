"""How far a figure would lie elsewhere with another sample of as many units (Efron 1979): the bootstrap.

Units are what does not depend on each other: documents rather than their tokens, hosts where there are enough of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def interval(figure: Callable[[np.ndarray], float], units: int, seed: int, draws: int = 1000) -> tuple[float, float]:
    """Between what 95 % lie of `figure(chosen)`, where `chosen` is as many units as there are, drawn with replacement:
    int64[units], each in [0, units)."""
    random = np.random.Generator(np.random.PCG64(seed))
    drawn = [figure(random.integers(0, units, units)) for _ in range(draws)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)

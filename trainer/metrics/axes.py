"""Axes: where the ticks stand, and numbers short enough to stand beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass

_SHORT = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
MOST_DECADES = 1.3  # a curve that spans more than this is read on a logarithmic axis
LOSS_DECADES = 0.4  # a loss falls most at the beginning: what matters later would be a flat line


@dataclass
class Axis:
    """From `low` to `high` onto `begin` to `end` in pixels."""

    low: float
    high: float
    begin: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        low, high = self._scaled(self.low), self._scaled(self.high)
        return self.begin + (self._scaled(value) - low) / ((high - low) or 1.0) * (self.end - self.begin)

    def ticks(self, most: int = 6) -> list[float]:
        return _log_ticks(self.low, self.high) if self.log else _ticks(self.low, self.high, most)

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.log else value


def fitted(
    low: float, high: float, begin: float, end: float, from_zero: bool = False, decades: float = MOST_DECADES
) -> Axis:
    """An axis for values from `low` to `high`, with some air around them: logarithmic where they span many sizes."""
    if low > 0 and not from_zero and math.log10(high / low) > decades:
        return Axis(low / 1.15, high * 1.15, begin, end, log=True)
    if from_zero:
        low = min(low, 0.0)
    air = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    return Axis(low if low == 0 else low - air, high + air, begin, end)


def short(value: float) -> str:
    """For people: 12.3k, 0.312, 3e-05."""
    if value == 0:
        return "0"
    for scale, letter in _SHORT:
        if abs(value) >= scale * 0.9995:
            return f"{value / scale:.3g}{letter}"
    return f"{value:.3g}" if abs(value) >= 1e-3 else f"{value:.2g}"


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / most
    if not rough > 0:
        return [low]
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(n * step, 12) for n in range(first, math.floor(high / step + 1e-9) + 1)]


def _log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten, with others between where there are few of them."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    wide = math.log10(high / low)
    times = (1, 1.5, 2, 3, 4, 5, 6, 8) if wide < 1.2 else (1, 2, 5) if wide < 3.5 else (1,)
    return [found for power in decades for by in times if low <= (found := by * 10.0**power) <= high]

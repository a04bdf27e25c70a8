"""Curves as inline SVG: no script, and no colour of its own. Classes are resolved by the page's style sheet, so a chart
is right in light and in dark. Text is escaped here; coordinates have one decimal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np

from trainer.metrics.axes import MOST_DECADES, Axis, fitted, short
from trainer.metrics.curves import Curve
from trainer.metrics.visible import visible

LEFT, RIGHT, TOP, FOOT = 54, 12, 10, 34
COLOURS = 8  # classes c0 to c7


@dataclass(frozen=True)
class Mark:
    """Something that happened at a step."""

    step: float
    kind: str  # restart or spike
    said: str


def chart(
    curves: dict[str, Curve],
    unit: str,
    span: tuple[int, int],
    marks: Iterable[Mark] = (),
    width: int = 520,
    height: int = 230,
    from_zero: bool = False,
    band: bool = False,
    decades: float = MOST_DECADES,
) -> str:
    """Curves over steps, named above the plot where there is more than one; `band` draws least and greatest too.

    The axis is logarithmic where they span more than `decades`.
    """
    curves = {name: curve for name, curve in curves.items() if len(curve)}
    if not curves:
        return ""
    ends = ("low", "high") if band else ("mean", "mean")
    low = min(float(getattr(curve, ends[0]).min()) for curve in curves.values())
    high = max(float(getattr(curve, ends[1]).max()) for curve in curves.values())
    rows = _rows(list(curves), width) if len(curves) > 1 else []
    top = TOP + 16 * len(rows)
    x = Axis(span[0], max(span[1], span[0] + 1), LEFT, width - RIGHT)
    y = fitted(low, high, height - FOOT, top, from_zero, decades)
    parts = [_grid(x, y, unit, width, height), *_marks(marks, x, y)]
    for at, curve in enumerate(curves.values()):
        if band and curve.thinned:
            parts.append(f'<path class="band c{at % COLOURS}" d="{_bars(curve, x, y)}"/>')
        parts.append(_line(curve, x, y, at))
    parts += _legend(rows)
    label = escape(f"{visible(', '.join(curves))} by step, {unit}, from {short(low)} to {short(high)}")
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def share_bar(shares: list[tuple[str, float]]) -> str:
    """One bar, cut into shares that add up to 1 at most; hovering names them."""
    parts, at = ['<rect class="track" width="1000" height="22"/>'], 0.0
    for n, (name, share) in enumerate(shares):
        parts.append(
            f'<rect class="fill c{n % COLOURS}" x="{at * 1000:.1f}" width="{share * 1000:.1f}" height="22">'
            f"<title>{escape(visible(name))}: {share:.2%}</title></rect>"
        )
        at += share
    return (
        f'<svg class="bar" viewBox="0 0 1000 22" preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'
    )


def _grid(x: Axis, y: Axis, unit: str, width: int, height: int) -> str:
    foot = height - FOOT
    parts = []
    for value in y.ticks():
        at = y.at(value)
        parts.append(f'<path class="grid" d="M{LEFT} {at:.1f}H{width - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at + 3.5:.1f}" text-anchor="end">{short(value)}</text>')
    for value in x.ticks(max(3, width // 110)):
        at = x.at(value)
        parts.append(f'<path class="axis" d="M{at:.1f} {foot}v4"/>')
        parts.append(f'<text x="{at:.1f}" y="{foot + 15}" text-anchor="middle">{short(value)}</text>')
    parts.append(f'<path class="axis" d="M{LEFT} {foot}H{width - RIGHT}"/>')
    scale = f"{unit}, logarithmic" if y.log else unit
    parts.append(f'<text class="unit" x="{LEFT}" y="{height - 4}">{escape(scale)}</text>')
    parts.append(f'<text class="unit" x="{width - RIGHT}" y="{height - 4}" text-anchor="end">step</text>')
    return "".join(parts)


def _marks(marks: Iterable[Mark], x: Axis, y: Axis) -> list[str]:
    parts = []
    for mark in marks:
        at, said = x.at(mark.step), escape(visible(mark.said))
        if mark.kind == "restart":
            parts.append(f'<path class="restart" d="M{at:.1f} {y.end:.1f}V{y.begin:.1f}"><title>{said}</title></path>')
        else:
            parts.append(f'<path class="spike" d="M{at - 4:.1f} {y.end - 3:.1f}h8l-4 7z"><title>{said}</title></path>')
    return parts


def _line(curve: Curve, x: Axis, y: Axis, at: int) -> str:
    if len(curve) == 1:
        return (
            f'<circle class="fill c{at % COLOURS}" cx="{x.at(curve.x[0]):.1f}" cy="{y.at(curve.mean[0]):.1f}" r="3"/>'
        )
    return f'<path class="line c{at % COLOURS}" d="M{_points(curve.x, curve.mean, x, y)}"/>'


def _bars(curve: Curve, x: Axis, y: Axis) -> str:
    """From the least to the greatest of each column that holds more than one point."""
    ranges = zip(curve.x.tolist(), curve.low.tolist(), curve.high.tolist(), strict=True)
    return "".join(f"M{x.at(a):.1f} {y.at(low):.1f}V{y.at(high):.1f}" for a, low, high in ranges if low < high)


def _points(xs: np.ndarray, ys: np.ndarray, x: Axis, y: Axis) -> str:
    return "L".join(f"{x.at(a):.1f} {y.at(b):.1f}" for a, b in zip(xs.tolist(), ys.tolist(), strict=True))


def _rows(names: list[str], width: int) -> list[list[tuple[str, int, int]]]:
    """Names with their place and colour, as many a row as fit."""
    rows: list[list[tuple[str, int, int]]] = [[]]
    at = LEFT
    for colour, name in enumerate(names):
        name = name if len(name) <= 40 else name[:39] + "…"
        wide = 24 + 7 * len(name)
        if rows[-1] and at + wide > width - RIGHT:
            rows.append([])
            at = LEFT
        rows[-1].append((name, at, colour))
        at += wide
    return rows


def _legend(rows: list[list[tuple[str, int, int]]]) -> list[str]:
    return [
        f'<rect class="fill c{colour % COLOURS}" x="{at}" y="{2 + 16 * row}" width="10" height="10" rx="2"/>'
        f'<text class="name" x="{at + 14}" y="{11 + 16 * row}">{escape(visible(name))}</text>'
        for row, names in enumerate(rows)
        for name, at, colour in names
    ]

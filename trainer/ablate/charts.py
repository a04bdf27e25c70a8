"""The page's charts as inline SVG, as `trainer.metrics.charts` makes them: no script, colours from the style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from trainer.metrics.axes import Axis, fitted, short
from trainer.metrics.visible import visible

WIDTH, HEIGHT = 520, 240
LEFT, RIGHT, TOP, FOOT = 54, 14, 10, 38
ROW = 30
Point = tuple[float, float]


def forest(rows: Sequence[tuple[str, float, tuple[float, float] | None, tuple[float, float]]]) -> str:
    """Differences with their intervals, a line each: (name, value, by seeds, by documents); left of 0 is better."""
    ends = [0.0] + [end for _, value, seeds, documents in rows for end in (value, *(seeds or ()), *documents)]
    x = fitted(min(ends), max(ends), 200, 700)
    height = ROW * len(rows) + FOOT
    parts = [
        f'<path class="grid" d="M{x.at(at):.1f} 0V{height - FOOT}"/>'
        f'<text x="{x.at(at):.1f}" y="{height - FOOT + 15}" text-anchor="middle">{at:+.3g}</text>'
        for at in x.ticks()
    ]
    parts.append(f'<path class="axis" d="M{x.at(0):.1f} 0V{height - FOOT}"/>')
    for at, (name, value, seeds, documents) in enumerate(rows):
        y = ROW * at + ROW / 2
        parts.append(f'<text class="name" x="0" y="{y + 4:.1f}">{escape(visible(name))}</text>')
        parts.append(_bar(x, documents, y, "c7", 3))
        if seeds is not None:
            parts.append(_bar(x, seeds, y, "c0", 7))
        parts.append(f'<circle class="fill c0" cx="{x.at(value):.1f}" cy="{y:.1f}" r="5"/>')
    parts.append(f'<text x="200" y="{height - 5}">bits per byte; left of 0 is better</text>')
    return _svg(parts, 714, height, "differences in bits per byte with their intervals")


def curves(
    lines: Sequence[tuple[str, Sequence[Sequence[Point]]]], x_name: str, y_name: str, log_x: bool = False
) -> str:
    """Lines of one colour a name: (name, lines)."""
    points = [point for _, many in lines for one in many for point in one]
    x, y, height = _axes(points, len(lines), log_x)
    parts = _frame(x, y, height, x_name, y_name) + _legend([name for name, _ in lines])
    for colour, (_, many) in enumerate(lines):
        for one in many:
            parts.append(f'<path class="line c{colour % 8}" d="M{_path(one, x, y)}"/>')
    return _svg(parts, WIDTH, height, f"{y_name} by {x_name}")


def scatter(
    sets: Sequence[tuple[str, Sequence[Point], bool]], x_name: str, y_name: str,
    lines: Sequence[Sequence[Point]] = (), log_x: bool = False,
) -> str:  # fmt: skip
    """Points of one colour a set, hollow where it says so, and dashed lines: (name, points, hollow)."""
    points = [p for _, many, _ in sets for p in many] + [p for line in lines for p in line]
    x, y, height = _axes(points, len(sets), log_x)
    parts = _frame(x, y, height, x_name, y_name) + _legend([name for name, _, _ in sets])
    parts += [f'<path class="law" d="M{_path(line, x, y)}"/>' for line in lines]
    for colour, (_, many, hollow) in enumerate(sets):
        kind = "ring" if hollow else "fill"
        parts += [
            f'<circle class="{kind} c{colour % 8}" cx="{x.at(a):.1f}" cy="{y.at(b):.1f}" r="4"/>' for a, b in many
        ]
    return _svg(parts, WIDTH, height, f"{y_name} by {x_name}")


def _bar(x: Axis, ends: tuple[float, float], y: float, colour: str, thick: int) -> str:
    low, high = x.at(ends[0]), x.at(ends[1])
    wide = max(1.0, high - low)
    return (
        f'<rect class="fill {colour}" fill-opacity=".45" x="{low:.1f}" y="{y - thick / 2:.1f}" '
        f'width="{wide:.1f}" height="{thick}"/>'
    )


def _axes(points: Sequence[Point], names: int, log_x: bool) -> tuple[Axis, Axis, int]:
    height = HEIGHT + 16 * names
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    x = fitted(min(xs), max(xs), LEFT, WIDTH - RIGHT, decades=0.0 if log_x and min(xs) < max(xs) else 99.0)
    return x, fitted(min(ys), max(ys), height - FOOT, TOP + 16 * names), height


def _frame(x: Axis, y: Axis, height: int, x_name: str, y_name: str) -> list[str]:
    parts, foot = [], height - FOOT
    for value in y.ticks():
        parts.append(f'<path class="grid" d="M{LEFT} {y.at(value):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y.at(value) + 3.5:.1f}" text-anchor="end">{short(value)}</text>')
    for value in x.ticks(5):
        parts.append(f'<path class="axis" d="M{x.at(value):.1f} {foot}v4"/>')
        parts.append(f'<text x="{x.at(value):.1f}" y="{foot + 15}" text-anchor="middle">{short(value)}</text>')
    parts.append(f'<path class="axis" d="M{LEFT} {foot}H{WIDTH - RIGHT}"/>')
    parts.append(f'<text x="{LEFT}" y="{height - 5}">{escape(y_name)}</text>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{height - 5}" text-anchor="end">{escape(x_name)}</text>')
    return parts


def _legend(names: Sequence[str]) -> list[str]:
    return [
        f'<rect class="fill c{at % 8}" x="{LEFT}" y="{2 + 16 * at}" width="10" height="10" rx="2"/>'
        f'<text class="name" x="{LEFT + 14}" y="{11 + 16 * at}">{escape(visible(name))}</text>'
        for at, name in enumerate(names)
    ]


def _path(points: Sequence[Point], x: Axis, y: Axis) -> str:
    return "L".join(f"{x.at(a):.1f} {y.at(b):.1f}" for a, b in points)


def _svg(parts: Sequence[str], width: int, height: int, label: str) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'

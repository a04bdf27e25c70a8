"""A log-log plot as SVG: one line a phase, the dearest on top, a dashed line of slope 1 to compare with."""

from __future__ import annotations

import math

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 400, 60, 40, 30, 150
COLOURS = ("#1b6ca8", "#c8553d", "#588157", "#8d6a9f", "#b08900", "#3d5a6c", "#a44a3f", "#6b705c")
SHOWN = 8
LEAST = 0.05  # CPU seconds: below, clocks say nothing


def svg(megabytes: list[float], seconds: dict[str, list[float]]) -> str:
    """The `SHOWN` dearest of `seconds` (CPU seconds at each size)."""
    dearest = sorted(seconds, key=lambda name: -seconds[name][-1])[:SHOWN]
    most = max(max(seconds[name]) for name in dearest)
    least = max(LEAST, min(min(seconds[name]) for name in dearest))
    axes = _Axes(megabytes[0], megabytes[-1], least, most)
    parts = [_text(LEFT, 18, "CPU seconds of tasks by phase, by megabytes of text (log-log)", 13)]
    parts += [_grid(axes, size, f"{size:.0f} MB") for size in megabytes]
    parts += [_level(axes, 10.0**power) for power in range(math.ceil(math.log10(least)), math.ceil(math.log10(most)))]
    first = max(least, most * megabytes[0] / megabytes[-1])
    parts.append(_line(axes, [megabytes[0], megabytes[-1]], [first, first * megabytes[-1] / megabytes[0]], "#999", 4))
    taken: list[float] = []
    for name, colour in zip(dearest, COLOURS, strict=False):
        parts.append(_line(axes, megabytes, seconds[name], colour))
        at = axes.y(seconds[name][-1]) + 4
        at = max(at, taken[-1] + 13) if taken else at
        taken.append(at)
        parts.append(_text(WIDTH - RIGHT + 6, at, f"{name} {seconds[name][-1]:.1f} s", 11, colour))
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
    return "\n".join([frame, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>', *parts, "</svg>", ""])


class _Axes:
    def __init__(self, left: float, right: float, low: float, high: float):
        self.left, self.right, self.low, self.high = map(math.log, (left, right, low, high * 1.1))

    def x(self, value: float) -> float:
        share = (math.log(value) - self.left) / (self.right - self.left)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        share = (max(math.log(max(value, 1e-9)), self.low) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def _line(axes: _Axes, x: list[float], y: list[float], colour: str, dash: int = 0) -> str:
    points = " ".join(f"{axes.x(a):.1f},{axes.y(b):.1f}" for a, b in zip(x, y, strict=True))
    style = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8"{style}/>'


def _grid(axes: _Axes, size: float, label: str) -> str:
    x = axes.x(size)
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#eee"/>'
    return line + _text(x - 18, HEIGHT - BOTTOM + 16, label, 11)


def _level(axes: _Axes, seconds: float) -> str:
    y = axes.y(seconds)
    line = f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#eee"/>'
    return line + _text(12, y + 4, f"{seconds:g} s", 11)


def _text(x: float, y: float, text: str, size: int, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}">{text}</text>'

"""The report's charts as inline SVG: integers in, a string out, no script and no colour of their own.

Colours are classes that the page's style sheet resolves, so a chart is right in light and in dark. Text is escaped
here; coordinates are rounded to one decimal so that the bytes agree on every machine.
"""

from __future__ import annotations

from html import escape

import numpy as np

from curate.report import histogram

WIDTH, HEIGHT, FOOT = 320, 110, 16
MOST_BARS = 60


def histogram_svg(bins: dict[str, int], thresholds: list[float]) -> str:
    """Counts by bin on the fixed grid, with the recipe's thresholds as lines."""
    found = {int(b): n for b, n in bins.items()}
    marks = [b for t in thresholds for b in histogram.counts(np.array(t))]
    positive = [b for b in (*found, *marks) if b > 0]
    if 0 in found and positive and min(found) == 0:  # zero stands beside the smallest value, not forty doublings away
        found[min(positive) - 2] = found.pop(0)
    low, high = min([*found, *marks]), max([*found, *marks])
    merge = -(-(high - low + 1) // MOST_BARS)
    bars: dict[int, int] = {}
    for bin, many in sorted(found.items()):
        bars[(bin - low) // merge] = bars.get((bin - low) // merge, 0) + many
    step, top = WIDTH / ((high - low) // merge + 1), max(bars.values())
    drawn = [_bar(i * step, step, (many / top) ** 0.5 * (HEIGHT - 4)) for i, many in sorted(bars.items())]
    drawn += [_mark(_position(t, low, merge) * step) for t in thresholds if t == t]
    first, last = 0.0 if "0" in bins else histogram.edges(low)[0], histogram.edges(high)[1]
    label = f"from {number(first)} to {number(last)}" + (
        f", threshold {', '.join(map(number, thresholds))}" if thresholds else ""
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + FOOT}" role="img" aria-label="{escape(label)}">{"".join(drawn)}'
        f'<line class="axis" x1="0" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}"/>'
        f'<text x="0" y="{HEIGHT + 13}">{number(first)}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 13}" text-anchor="end">{number(last)}</text></svg>'
    )


def scores_svg(bins: dict[str, int], cuts: list[float], width: int = 20) -> str:
    """Counts of thousandths by bins of `width`, from 0 to 1, with the cuts as lines."""
    top, step = max(bins.values()), WIDTH * width / 1000
    drawn = [
        _bar(int(at) / 1000 * WIDTH, step, (many / top) ** 0.5 * (HEIGHT - 4))
        for at, many in sorted(bins.items(), key=lambda item: int(item[0]))
    ]
    drawn += [_mark(cut * WIDTH) for cut in cuts]
    label = "scores from 0 to 1" + (f", cut {', '.join(map(number, cuts))}" if cuts else "")
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + FOOT}" role="img" aria-label="{escape(label)}">{"".join(drawn)}'
        f'<line class="axis" x1="0" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}"/><text x="0" y="{HEIGHT + 13}">0</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 13}" text-anchor="end">1</text></svg>'
    )


def share_svg(share: float) -> str:
    """A horizontal bar that fills `share` of its track."""
    return (
        '<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="100" height="8"/><rect class="bar" width="{100 * share:.1f}" height="8"/></svg>'
    )


def number(value: float) -> str:
    """Short for people: 1,234 or 0.0312 or 3.1e+12."""
    if abs(value) >= 1e9 or 0 < abs(value) < 1e-4:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"


def _bar(x: float, width: float, height: float) -> str:
    height = max(height, 1.0)
    place = f'x="{x:.1f}" y="{HEIGHT - height:.1f}" width="{max(width - 0.6, 0.6):.1f}" height="{height:.1f}"'
    return f'<rect class="bar" {place}/>'


def _mark(x: float) -> str:
    return f'<line class="mark" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{HEIGHT}"/>'


def _position(threshold: float, low: int, merge: int) -> float:
    """Where in the row of bars a threshold stands, linear within its bin."""
    bin = next(iter(histogram.counts(np.array(threshold))))
    start, end = histogram.edges(bin)
    within = (threshold - start) / (end - start) if end > start else 0.5
    return (bin - low + min(max(within, 0.0), 1.0)) / merge

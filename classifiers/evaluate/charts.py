"""The page's charts as inline SVG: numbers in, a string out, no script and no colour of their own.

As curate.report.charts: colours are classes of the style sheet, so a chart is right in light and in dark; coordinates
are rounded to a tenth so that the bytes agree on every machine; text is escaped here.
"""

from __future__ import annotations

from html import escape
from typing import Any

LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT = 48, 26, 400, 220
WIDTH, HEIGHT = LEFT + PLOT_WIDTH + 16, TOP + PLOT_HEIGHT + 38
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
LARGEST = 9.0  # radius of the point with most documents


def yields_svg(curve: list[dict[str, Any]], share_positive: float, positive: str) -> str:
    """Precision and recall against the share of documents that is kept."""
    parts = _frame("share of documents kept, best first", "precision, recall", "Precision and recall by yield")
    base = _y(share_positive)
    parts.append(f'<line class="dashed" x1="{LEFT}" y1="{base}" x2="{LEFT + PLOT_WIDTH}" y2="{base}"/>')
    for name, shade in (("precision", "one"), ("recall", "two")):
        points = [(row["yield"], row[name]) for row in curve if row[name] is not None]
        parts.append(f'<polyline class="line {shade}" points="{_points(points)}"/>')
    legend = [("one", "precision: of those kept, are " + positive), ("two", f"recall: of all {positive}, are kept")]
    return _svg(
        parts
        + _legend(legend)
        + [_said(LEFT + PLOT_WIDTH - 4, base + (12 if share_positive > 0.08 else -5), "precision at random", "end")]
    )


def reliability_svg(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str:
    """Share that is positive against the probability that was given; on the diagonal where the two agree."""
    parts = _frame("probability given", "share that is so", "Reliability before and after calibration")
    parts.append(f'<line class="dashed" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>')
    most = max(row["n"] for row in before + after)
    for bins, shade in ((before, "two hollow"), (after, "one")):
        points = [(row["probability"], row["positive"]) for row in bins]
        parts.append(f'<polyline class="thin {shade.split()[0]}" points="{_points(points)}"/>')
        for row in bins:
            radius = max(2.0, LARGEST * (row["n"] / most) ** 0.5)
            place = f'cx="{_x(row["probability"])}" cy="{_y(row["positive"])}" r="{radius:.1f}"'
            parts.append(f'<circle class="dot {shade}" {place}><title>n = {row["n"]:,}</title></circle>')
    return _svg(parts + _legend([("two", "before calibration"), ("one", "after; larger: more documents")]))


def scores_svg(positive: list[int], negative: list[int], name: str) -> str:
    """Documents by score: positive ones above the line, the others below it, heights as square roots."""
    middle, half = TOP + PLOT_HEIGHT / 2, PLOT_HEIGHT / 2 - 4
    step, top = PLOT_WIDTH / len(positive), max([1, *positive, *negative])
    parts = [f'<line class="axis" x1="{LEFT}" y1="{middle}" x2="{LEFT + PLOT_WIDTH}" y2="{middle}"/>']
    for i, (above, below) in enumerate(zip(positive, negative, strict=True)):
        for many, shade in ((above, "one"), (below, "two")):
            if many:
                height = max(1.0, half * (many / top) ** 0.5)
                y = middle - height if shade == "one" else middle
                box = f'x="{LEFT + i * step + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" height="{height:.1f}"'
                parts.append(f'<rect class="{shade}" {box}><title>n = {many:,}</title></rect>')
    parts += [_said(_x(tick), TOP + PLOT_HEIGHT + 14, f"{tick:.1f}", "middle") for tick in TICKS]
    parts.append(_said(LEFT + PLOT_WIDTH / 2, HEIGHT - 6, "score", "middle"))
    parts.append(_upright("documents (heights as square roots)"))
    legend = [("one", f"labelled {name}, n = {sum(positive):,}"), ("two", f"others, n = {sum(negative):,}")]
    return _svg(parts + _legend(legend), "Documents by score")


def whisker_svg(estimate: dict[str, Any] | None, least: float = 0.0) -> str:
    """A value and its interval on a track from `least` to 1, for a cell of a table."""
    parts = ['<rect class="track" y="5" width="200" height="2"/>']
    if estimate and estimate["value"] is not None:
        value, low, high = (
            None if estimate[name] is None else 200 * max(0.0, (estimate[name] - least) / (1 - least))
            for name in ("value", "low", "high")
        )
        if low is not None and high is not None:
            low = min(low, 199.0)
            parts.append(f'<rect class="span" x="{low:.1f}" y="3" width="{max(high - low, 1):.1f}" height="6"/>')
        parts.append(f'<rect class="bar" x="{min(max((value or 0) - 1.5, 0), 197):.1f}" width="3" height="12"/>')
    opening = '<svg class="whisker" viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true">'
    return f"{opening}{''.join(parts)}</svg>"


def confusion_svg(table: list[list[int]], names: list[str]) -> str:
    """Rows are labels, columns what the model said; shade is the share of the row."""
    cell, letters = 34, 5.6
    left = 70 + letters * max(map(len, names))
    top = 34 + letters * max(map(len, names)) * 0.75
    parts = [_said(left, 12, "the model said", "start")]
    for column, name in enumerate(names):
        x, y = left + (column + 0.5) * cell, top - 6
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}" transform="rotate(-45 {x:.1f} {y:.1f})">{escape(name)}</text>')
    for i, row in enumerate(table):
        y = top + i * cell
        parts.append(_said(left - 6, y + cell / 2 + 4, f"{names[i]} ({sum(row):,})", "end"))
        for j, many in enumerate(row):
            share = many / max(sum(row), 1)
            box = f'x="{left + j * cell:.1f}" y="{y:.1f}" width="{cell - 1}" height="{cell - 1}"'
            shade = "one" if i == j else "two"
            parts.append(f'<rect class="track" {box}/><rect class="{shade}" {box} fill-opacity="{share:.2f}"/>')
            if many:
                strong = ' class="strong"' if share > 0.55 else ""
                middle = f'x="{left + (j + 0.5) * cell:.1f}" y="{y + cell / 2 + 4:.1f}"'
                parts.append(f'<text{strong} {middle} text-anchor="middle">{many:,}</text>')
    width = left + len(names) * cell + letters * 0.75 * len(names[-1]) + 8
    return (
        f'<svg viewBox="0 0 {width:.0f} {top + len(names) * cell + 4:.0f}" width="{1.2 * width:.0f}" role="img" '
        f'aria-label="Labels against what the model said">{"".join(parts)}</svg>'
    )


def _frame(x_label: str, y_label: str, label: str) -> list[str]:
    """Both axes from 0 to 1, with grid lines and names."""
    parts = [f"<title>{escape(label)}</title>"]
    for tick in TICKS:
        parts.append(f'<line class="axis" x1="{LEFT}" y1="{_y(tick)}" x2="{LEFT + PLOT_WIDTH}" y2="{_y(tick)}"/>')
        parts.append(_said(LEFT - 6, _y(tick) + 3.5, f"{tick:.0%}", "end"))
        parts.append(_said(_x(tick), TOP + PLOT_HEIGHT + 14, f"{tick:.0%}", "middle"))
    parts.append(_upright(y_label))
    parts.append(_said(LEFT + PLOT_WIDTH / 2, HEIGHT - 6, x_label, "middle"))
    return parts


def _legend(entries: list[tuple[str, str]]) -> list[str]:
    parts = []
    for i, (shade, said) in enumerate(entries):
        x = LEFT + i * PLOT_WIDTH / 2
        parts.append(f'<rect class="{shade}" x="{x:.1f}" y="6" width="10" height="10"/>')
        parts.append(_said(x + 15, 15, said if len(said) < 38 else f"{said[:37]}…", "start"))
    return parts


def _svg(parts: list[str], label: str = "") -> str:
    named = f' aria-label="{escape(label)}"' if label else ""
    return f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"{named}>{"".join(parts)}</svg>'


def _said(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _upright(text: str) -> str:
    """The name of the vertical axis."""
    y = TOP + PLOT_HEIGHT / 2
    return f'<text x="10" y="{y}" transform="rotate(-90 10 {y})" text-anchor="middle">{escape(text)}</text>'


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{_x(x)},{_y(y)}" for x, y in points)


def _x(share: float) -> float:
    return round(LEFT + PLOT_WIDTH * share, 1)


def _y(share: float) -> float:
    return round(TOP + PLOT_HEIGHT * (1 - share), 1)

"""docs/mfu.svg and docs/step_time.svg: utilisation by documents and size, and where a step's other time goes.

Both are modelled, and say so; both show one step of four rows, so that models compare. Colours are those of
docs/faults.svg, right in light and in dark; no script.
"""

from __future__ import annotations

import math
from html import escape
from typing import Any

from trainer.faults.plot import apart

WIDTH = 980
STYLE = (
    ".p{fill:#fff}text{fill:#1b1f24;font:13px system-ui,sans-serif}.s{fill:#626870;font-size:11.5px}.h{font-size:15px;"
    "font-weight:600}.b{font-weight:600}.g{stroke:#e3e6ea;fill:none}.a{stroke:#626870;fill:none}"
    ".w{stroke:#1b1f24;stroke-width:1.4;fill:none}.l{fill:none;stroke-width:2;stroke-linejoin:round;stroke:var(--c)}"
    ".i{fill:var(--c);fill-opacity:.13;stroke:none}.n{fill:var(--c)}rect{fill:var(--c)}"
    ".c0{--c:#2563c9}.c1{--c:#d5631a}.c2{--c:#178556}.c3{--c:#9b3fa6}.c4{--c:#a67c00}.c5{--c:#0e869e}.c6{--c:#b93654}"
    ".c7{--c:#69727d}"
    "@media(prefers-color-scheme:dark){.p{fill:#131619}text{fill:#e7e9ec}.s{fill:#9aa1aa}.g{stroke:#2a2f36}"
    ".a{stroke:#9aa1aa}.w{stroke:#e7e9ec}.c0{--c:#6aa4f5}.c1{--c:#f0935a}.c2{--c:#4fc18d}.c3{--c:#cf86d8}"
    ".c4{--c:#d9b23c}.c5{--c:#4cc0d6}.c6{--c:#f07f99}.c7{--c:#9aa4ae}.n{fill:var(--c)}}"
)
SHOWN = {
    "attention forward": "attention, forward", "attention backward": "attention, backward",
    "linear + cross-entropy": "loss", "rms_norm": "RMSNorm", "rope": "RoPE", "swiglu": "SwiGLU",
    "update": "AdamW, gradients' norm and sums", "other": "other",
}  # fmt: skip
MERGED = dict.fromkeys(("adamw", "grad_norm", "copies"), "update")
BANDS = ("1B", "8B")  # four of them hide each other
TOP, BOTTOM, SIDE, GAP, EDGE = 106, 420, 60, 150, 110
LEAST, MOST = 0.4, 1.05
TICKS = (100, 300, 1000, 4000)
WHOLE = 14_000  # where one document a row stands


def mfu(figures: list[dict[str, Any]]) -> str:
    """Two panels: the work that was needed, and PaLM's convention."""
    height = BOTTOM + 64
    title = "Model FLOPs utilisation by mean length of documents: one H200, rows of 8,192 tokens, modelled"
    note = (
        "Steps of 32,768 tokens. Bands (1B, 8B) and bars: the bounds. 70B needs more than one GPU: "
        "without AdamW, the gradients' norm and their sums."
    )
    parts = [*_head(height, title, note)]
    wide = (WIDTH - SIDE - GAP - EDGE) / 2
    for at, (convention, what) in enumerate(
        (("exact", "exact: pairs within documents alone"), ("palm", "PaLM: the whole square, needed or not"))
    ):
        left = SIDE + at * (wide + GAP)
        parts += _panel(figures, convention, what, left, left + wide)
    return "\n".join([*parts, "</svg>\n"])


def _panel(figures: list[dict[str, Any]], convention: str, what: str, left: float, right: float) -> list[str]:
    parts = [_text(left, TOP - 16, what, "b")]
    for tenth in range(int(LEAST * 10), 11):
        y = _share(tenth / 10)
        parts.append(f'<path class="g" d="M{left:.1f} {y:.1f}H{right:.1f}"/>')
        parts.append(_text(left - 8, y + 4, f"{tenth * 10} %", "s", "end"))

    def x(length: float) -> float:
        return left + math.log(length / TICKS[0]) / math.log(WHOLE / TICKS[0]) * (right - left)

    for tick in TICKS:
        parts.append(f'<path class="a" d="M{x(tick):.1f} {BOTTOM}v4"/>')
        parts.append(_text(x(tick), BOTTOM + 18, f"{tick:,}", "s", "middle"))
    parts.append(_text(right, BOTTOM + 18, "one a row", "s", "middle"))
    parts.append(f'<path class="a" d="M{left:.1f} {BOTTOM}H{x(9000):.1f}M{right:.1f} {BOTTOM}v4"/>')
    parts.append(_text(right, BOTTOM + 38, "mean length of documents, tokens", "s", "end"))
    models = list(dict.fromkeys(each["model"] for each in figures))
    lines = {
        name: [(each["documents"], each[convention]) for each in figures if each["model"] == name] for name in models
    }
    for n, (name, points) in enumerate(lines.items()):
        inside = [(x(_length(documents)), [_share(value) for value in three]) for documents, three in points]
        parts += _band(n, inside[:-1], name in BANDS)
        at, (fast, figure, slow) = inside[-1]
        inside[-1] = at + 5 * (n - (len(lines) - 1) / 2), inside[-1][1]
        parts.append(f'<path class="l c{n}" d="M{inside[-1][0]:.1f} {fast:.1f}V{slow:.1f}"/>')
        for (documents, three), (at, (_, figure, _)) in zip(points, inside, strict=True):
            said = f"{name}, documents {documents}: {three[1]:.1%} ({three[2]:.1%} to {three[0]:.1%})"
            parts.append(
                f'<circle class="n c{n}" cx="{at:.1f}" cy="{figure:.1f}" r="{4 if at > x(9000) else 2.5}">'
                f"<title>{said}</title></circle>"
            )
    ends = apart([_share(points[-1][1][1]) for points in lines.values()])
    for n, (name, end) in enumerate(zip(lines, ends, strict=True)):
        parts.append(_text(right + 18, end + 4, f"{name} {lines[name][-1][1][1]:.1%}", f"n b c{n}"))
    return parts


def _length(documents: str) -> int:
    """Where "mean 1,000" or "one a row" stands."""
    return WHOLE if documents == "one a row" else int(documents.removeprefix("mean ").replace(",", ""))


def _band(n: int, inside: list[tuple[float, list[float]]], filled: bool) -> list[str]:
    upper = "L".join(f"{at:.1f} {three[0]:.1f}" for at, three in inside)
    lower = "L".join(f"{at:.1f} {three[2]:.1f}" for at, three in reversed(inside))
    middle = "L".join(f"{at:.1f} {three[1]:.1f}" for at, three in inside)
    band = [f'<path class="i c{n}" d="M{upper}L{lower}Z"/>'] if filled else []
    return [*band, f'<path class="l c{n}" d="M{middle}"/>']


def step_time(times: list[dict[str, Any]]) -> str:
    """Bars of what is not a matrix product of a layer, in milliseconds of a step; whiskers are the bounds."""
    row, left, right, top = 38, 230, 830, 100
    models = list(dict.fromkeys(each["model"] for each in times))
    height = top + len(models) * 44 + len(times) * row + 16
    title = f"What is not matrix multiplication in a step of {times[0]['tokens']:,} tokens: one H200, ms, modelled"
    note = (
        "Whiskers: the bounds of the whole bar. The loss includes its three matrix products. The models' scales differ."
    )
    parts = [*_head(height, title, note)]
    parts += _legend()
    y = float(top)
    for model in models:
        mine = [each for each in times if each["model"] == model]
        most = max(sum(slow for _, _, slow in _kinds(one).values()) for one in mine)
        step = next(each for each in (20, 50, 100, 200, 500) if most / each < 8)
        end = math.ceil(most / step) * step
        scale = (right - left) / end
        products = mine[0]["kinds"]["matmul"][1]
        parts.append(_text(24, y + 14, model, "h"))
        parts.append(_text(64, y + 14, f"beside {products:,.0f} ms of matrix products in its layers", "s"))
        y += 26
        for tick in range(0, end + 1, step):
            x = left + tick * scale
            parts.append(f'<path class="g" d="M{x:.1f} {y:.1f}V{y + row * len(mine):.1f}"/>')
            parts.append(_text(x, y + row * len(mine) + 12, f"{tick:,}", "s", "middle"))
        for one in mine:
            parts += _bar(one, y + 4, left, scale)
            y += row
        parts.append(_text(right + 26, y + 12, "ms", "s"))
        y += 18
    return "\n".join([*parts, "</svg>\n"])


def _bar(one: dict[str, Any], y: float, left: float, scale: float) -> list[str]:
    documents = one["documents"]
    parts = [
        _text(
            left - 14,
            y + 18,
            "one document a row" if documents == "one a row" else f"documents of {documents}",
            "",
            "end",
        )
    ]
    kinds, x = _kinds(one), left
    for n, (kind, (_, figure, _)) in enumerate(kinds.items()):
        wide = figure * scale
        parts.append(
            f'<rect class="c{n}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="26">'
            f"<title>{escape(SHOWN[kind])}: {figure:,.1f} ms</title></rect>"
        )
        x += wide
    fast, figure, slow = (sum(each[at] for each in kinds.values()) for at in range(3))
    low, high, middle = left + fast * scale, left + slow * scale, y + 13
    parts.append(
        f'<path class="w" d="M{low:.1f} {middle:.1f}H{high:.1f}M{low:.1f} {middle - 5:.1f}v10'
        f'M{high:.1f} {middle - 5:.1f}v10"/>'
    )
    parts.append(
        _text(high + 8, y + 18, f"{figure:,.0f}", "b")
        + _text(high + (56 if figure >= 1000 else 40), y + 18, f"{fast:,.0f} to {slow:,.0f}", "s")
    )
    return parts


def _kinds(one: dict[str, Any]) -> dict[str, list[float]]:
    """All but the layers' products, the update's parts as one."""
    found = {kind: [0.0, 0.0, 0.0] for kind in SHOWN}
    for kind, three in one["kinds"].items():
        if kind != "matmul":
            name = MERGED.get(kind, kind)
            found[name] = [a + b for a, b in zip(found[name], three, strict=True)]
    return found


def _legend() -> list[str]:
    parts, at = [], 24.0
    for n, name in enumerate(SHOWN.values()):
        parts.append(
            f'<rect class="c{n}" x="{at:.0f}" y="66" width="11" height="11" rx="2"/>' + _text(at + 16, 76, name, "s")
        )
        at += 36 + 6.6 * len(name)
    return parts


def _head(height: float, title: str, note: str) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<path class="p" d="M0 0H{WIDTH}V{height:.0f}H0Z"/>',
        _text(24, 30, title, "h"),
        _text(24, 50, note, "s"),
    ]


def _share(share: float) -> float:
    return BOTTOM - (min(max(share, LEAST), MOST) - LEAST) / (MOST - LEAST) * (BOTTOM - TOP)


def _text(x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> str:
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{where}>{escape(said)}</text>'

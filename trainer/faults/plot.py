"""docs/faults.svg: what each policy loses at 16,384 GPUs, and what is left at other sizes beside what was published."""

from __future__ import annotations

import math
from html import escape

from trainer.faults.assumptions import Values, between_faults
from trainer.faults.compare import SIZES, Result
from trainer.faults.policies import POLICIES

WIDTH = 980
LEFT, RIGHT = 346, 812  # of the bars
TOP, ROW = 112, 44
MOST_LOST = 0.30
FOOT = TOP + ROW * len(POLICIES) + 50  # where the curves begin
HEIGHT = FOOT + 370
PLOT = (70, 760, FOOT + 44, HEIGHT - 46)  # left, right, top, bottom of the curves
LEAST = 0.4

# What a bar shows together
PARTS = {
    "checkpoints": ("checkpoints",),
    "detection": ("detection",),
    "tests": ("tests",),
    "replacement": ("replacement",),
    "restart": ("restart",),
    "load": ("load",),
    "recomputation": ("recomputation",),
    "planned, a person, fewer replicas": ("planned", "a person", "fewer replicas"),
}
PUBLISHED = (  # GPUs, share, label, where the label stands
    (16_384, 0.90, "Llama 3: over 90 %", "right"),
    (9600, 0.97, "ByteRobust: 97 %", "left"),
    (12_288, 0.90, "MegaScale: over 90 %", "left"),
    (98_304, 0.44, "Meta at about 100,000: 44 %", "left"),
    (98_304, 0.80, "and with FT-HSDP: 80 %", "left"),
)
STYLE = (
    ".p{fill:#fff}text{fill:#1b1f24;font:13px system-ui,sans-serif}.s{fill:#626870;font-size:11.5px}.h{font-size:15px;"
    "font-weight:600}.b{font-weight:600}.k{paint-order:stroke;stroke:#fff;stroke-width:4px}.g{stroke:#e3e6ea;fill:none}.a{stroke:#626870;fill:none}.d{stroke:#c2371f;"
    "stroke-dasharray:4 3;fill:none}.w{stroke:#1b1f24;stroke-width:1.4;fill:none}.o{fill:#fff;stroke:#1b1f24;"
    "stroke-width:1.4}.l{fill:none;stroke-width:2;stroke-linejoin:round}"
    ".c0{--c:#69727d}.c1{--c:#d5631a}.c2{--c:#a67c00}.c3{--c:#9b3fa6}.c4{--c:#2563c9}.c5{--c:#0e869e}.c6{--c:#b93654}"
    ".c7{--c:#178556}rect{fill:var(--c)}.l{stroke:var(--c)}.n{fill:var(--c)}"
    "@media(prefers-color-scheme:dark){.p,.o{fill:#131619}text{fill:#e7e9ec}.s{fill:#9aa1aa}.k{stroke:#131619}.g{stroke:#2a2f36}"
    ".a{stroke:#9aa1aa}.w,.o{stroke:#e7e9ec}.d{stroke:#ff7d62}.c0{--c:#9aa4ae}.c1{--c:#f0935a}.c2{--c:#d9b23c}"
    ".c3{--c:#cf86d8}.c4{--c:#6aa4f5}.c5{--c:#4cc0d6}.c6{--c:#f07f99}.c7{--c:#4fc18d}.n{fill:var(--c)}}"
)


def plot(results: list[Result], sizes: dict[int, list[Result]], assumed: Values, seeds: int) -> str:
    """The whole picture as SVG."""
    hours = between_faults(assumed) / 3600
    title = (
        f"Time lost at {assumed['gpus']:,.0f} GPUs by policy: a fault every {hours:.2f} hours, "
        f"{assumed['planned']:.0f} planned stops, {assumed['days']:.0f} days"
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<path class="p" d="M0 0H{WIDTH}V{HEIGHT}H0Z"/>',
        _text(24, 30, title, "h"),
        _text(
            24, 50, f"Mean of {seeds} runs; whiskers hold nine runs of ten. Figures: trainer/faults/assumptions.py", "s"
        ),
        *_legend(),
        *_bars(results),
        _text(24, FOOT + 16, "Effective training time by size of the cluster, faults in proportion to GPUs", "h"),
        *_curves(sizes),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _legend() -> list[str]:
    parts, at = [], 24.0
    for n, name in enumerate(PARTS):
        parts.append(
            f'<rect class="c{n}" x="{at:.0f}" y="66" width="11" height="11" rx="2"/>' + _text(at + 16, 76, name, "s")
        )
        at += 30 + 6.3 * len(name)
    return parts


def _bars(results: list[Result]) -> list[str]:
    parts, bottom = [], TOP + ROW * len(results)
    for twentieth in range(7):
        lost = twentieth * 0.05
        parts.append(f'<path class="g" d="M{_lost(lost):.1f} {TOP - 8}V{bottom}"/>')
        parts.append(_text(_lost(lost), bottom + 16, f"{lost:.0%}", "s", "middle"))
    for row, result in enumerate(results):
        y = TOP + ROW * row
        name = result.policy.name
        parts.append(
            _text(24, y + 14, name, "b")
            + _text(34 + 7.6 * len(name), y + 14, "this trainer" if result.policy.here else "", "s")
        )
        parts.append(_text(24, y + 30, result.policy.what, "s"))
        parts += _bar(result, y)
    parts.append(f'<path class="d" d="M{_lost(0.05):.1f} {TOP - 8}V{bottom}"/>')
    parts.append(
        _text(LEFT - 22, bottom + 16, "of the time", "s", "end") + _text(RIGHT + 16, TOP - 12, "effective", "s")
    )
    return parts


def _bar(result: Result, y: int) -> list[str]:
    parts, at = [], 0.0
    for n, (name, causes) in enumerate(PARTS.items()):
        share = sum(result.losses[cause] for cause in causes)
        wide = _lost(at + share) - _lost(at)
        parts.append(
            f'<rect class="c{n}" x="{_lost(at):.1f}" y="{y + 4}" width="{wide:.1f}" height="22">'
            f"<title>{escape(name)}: {share:.2%}</title></rect>"
        )
        at += share
    low, high = _lost(1 - result.high), _lost(1 - result.low)
    parts.append(f'<path class="w" d="M{low:.1f} {y + 15}H{high:.1f}M{low:.1f} {y + 11}v8M{high:.1f} {y + 11}v8"/>')
    parts.append(_text(RIGHT + 16, y + 20, f"{result.mean:.1%}", "b"))
    parts.append(_text(RIGHT + 66, y + 20, f"{result.low:.1%} – {result.high:.1%}", "s"))
    return parts


def _curves(sizes: dict[int, list[Result]]) -> list[str]:
    left, right, _, bottom = PLOT
    parts = []
    for tenth in range(4, 11):
        y = _share(tenth / 10)
        parts.append(
            f'<path class="g" d="M{left} {y:.1f}H{right}"/>' + _text(left - 8, y + 4, f"{tenth * 10} %", "s", "end")
        )
    for gpus in SIZES:
        x = _gpus(gpus)
        parts.append(f'<path class="a" d="M{x:.1f} {bottom}v4"/>' + _text(x, bottom + 18, f"{gpus:,}", "s", "middle"))
    parts.append(f'<path class="a" d="M{left} {bottom}H{right}"/>' + _text(right, bottom + 36, "GPUs", "s", "end"))
    return [*parts, *_lines(sizes), *_published()]


def _lines(sizes: dict[int, list[Result]]) -> list[str]:
    """A curve for each policy, named at its right end, or where it falls out of the picture."""
    parts, right = [], PLOT[1]
    ends = apart([_share(result.mean) for result in sizes[SIZES[-1]]])
    for n, policy in enumerate(POLICIES):
        points = [(gpus, results[n].mean) for gpus, results in sizes.items() if results[n].mean >= LEAST]
        if not points:
            continue
        line = "L".join(f"{_gpus(gpus):.1f} {_share(mean):.1f}" for gpus, mean in points)
        parts.append(f'<path class="l c{n}" d="M{line}"/>')
        gpus, mean = points[-1]
        if gpus == SIZES[-1]:
            parts.append(_text(right + 12, ends[n] + 4, f"{policy.name} {mean:.0%}", f"n b c{n}"))
        else:
            parts.append(_text(_gpus(gpus) - 6, _share(mean) + 14, policy.name, f"n b c{n}", "end"))
    return parts


def _published() -> list[str]:
    parts = []
    for gpus, share, label, side in PUBLISHED:
        x, y = _gpus(gpus), _share(share)
        away, anchor = (9, "start") if side == "right" else (-9, "end")
        parts.append(
            f'<circle class="o" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>' + _text(x + away, y + 4, label, "s k", anchor)
        )
    return parts


def apart(heights: list[float], least: float = 15.0) -> list[float]:
    """Labels moved down where they would lie on each other."""
    found = dict.fromkeys(range(len(heights)), 0.0)
    last = -math.inf
    for n in sorted(found, key=lambda n: heights[n]):
        found[n] = last = max(heights[n], last + least)
    return list(found.values())


def _lost(share: float) -> float:
    return LEFT + min(share, MOST_LOST) / MOST_LOST * (RIGHT - LEFT)


def _gpus(gpus: float) -> float:
    left, right, _, _ = PLOT
    return left + math.log2(gpus / SIZES[0]) / math.log2(SIZES[-1] / SIZES[0]) * (right - left)


def _share(share: float) -> float:
    _, _, top, bottom = PLOT
    return bottom - (share - LEAST) / (1 - LEAST) * (bottom - top)


def _text(x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> str:
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{where}>{escape(said)}</text>'

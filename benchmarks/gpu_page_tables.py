"""The tables of docs/gpu.md, made of a report, measured or modelled, and of what was compiled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.gpu_page_bars import Bar, Bounds, bars
from benchmarks.gpu_rows import Report, Row

TITLES = {
    "attention": "Attention, plain causal rows",
    "documents": "Attention, packed documents",
    "linear_cross_entropy": "Linear and cross-entropy",
    "rms_norm": "Residual and RMSNorm",
    "rope": "RoPE",
    "swiglu": "SwiGLU",
    "adamw": "AdamW",
    "grad_norm": "Gradient norm",
}


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns that no row fills are left out."""
    cells = [list(row) for row in rows]
    shown = [at for at in range(len(titles)) if at == 0 or any(row[at] for row in cells)]
    lines = [[titles[at] for at in shown], ["---"] * len(shown), *([row[at] for at in shown] for row in cells)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def of_bars(report: Report, bounds: Bounds) -> str:
    return table(
        ("what", "asked", "modelled" if report.modelled else "measured", "slow to fast", "reached", "note"),
        (
            [bar.what, f">= {_bar(bar, bar.least)}", _bar(bar, bar.value), _interval(bar), bar.verdict, bar.note]
            for bar in bars(report, bounds)
        ),
    )


def of_kernels(report: Report, bounds: Bounds) -> str:
    parts = [part for part in TITLES if any(row.part == part for row in report.rows)]
    return "\n".join(f"### {TITLES[part]}\n\n{_of_part(report, bounds, part)}" for part in parts)


def _of_part(report: Report, bounds: Bounds, part: str) -> str:
    rows = [row for row in report.rows if row.part == part]
    return table(
        (
            "what",
            "by",
            "ms",
            "bounds, ms",
            "speed",
            "of the roofline",
            "its time over ours",
            "memory",
            "note" if not report.modelled else "limited by",
        ),
        (
            [
                row.case,
                row.implementation,
                _ms(row.ms),
                _bounds(bounds, row),
                _speed(row),
                _share(row.share),
                f"{row.ratio:.2f}" if row.ratio else "",
                f"{row.memory_gb:.2f} GB" if row.memory_gb is not None else "",
                row.note,
            ]
            for row in rows
        ),
    )


def of_steps(report: Report, bounds: Bounds) -> str:
    def cells(step) -> list[str]:
        mfu = [_share(step.mfu.get(name)) for name in ("exact", "causal", "palm")]
        between = bounds.get(f"{step.model}, {step.documents}, {step.tokens}") if report.modelled else None
        rate = f"{step.tokens_s:,.0f}" if step.tokens_s else ""
        spread = f"{step.tokens / between[2] * 1e3:,.0f} to {step.tokens / between[0] * 1e3:,.0f}" if between else ""
        memory = f"{step.memory_gb:.0f} GB" if step.memory_gb is not None else ""
        return [
            step.model,
            step.documents,
            step.kernels,
            f"{step.tokens:,}",
            rate,
            spread,
            *mfu,
            memory,
            step.settings or step.note,
        ]

    titles = (
        "model",
        "documents",
        "kernels",
        "tokens a step",
        "tokens/s",
        "bounds, tokens/s",
        "MFU exact",
        "causal",
        "PaLM",
        "memory",
        "settings",
    )
    return table(titles, map(cells, report.steps))


def of_breakdown(report: Report) -> str:
    """Milliseconds, and the share of the step."""
    steps = [step for step in report.steps if step.breakdown]
    kinds = list(dict.fromkeys(kind for step in steps for kind in step.breakdown))
    titles = [
        "",
        *(
            f"{step.model}, {step.documents}{'' if step.kernels == 'triton' else ', ' + step.kernels}, {step.tokens:,}"
            for step in steps
        ),
    ]

    def cell(step, kind: str) -> str:
        spent = step.breakdown.get(kind)
        return f"{spent:,.1f} ({spent / sum(step.breakdown.values()):.1%})" if spent else ""

    return table(titles, ([kind, *(cell(step, kind) for step in steps)] for kind in kinds))


def of_compiled(compiled: list[dict[str, Any]]) -> str:
    def cells(each: dict[str, Any]) -> list[str]:
        tiles = ", ".join(f"{name} {value}" for name, value in each["tiles"].items())
        shared = f"{each['shared'] / 1024:,.0f} KiB" if each["shared"] >= 1024 else f"{each['shared']} B"
        counts = [str(each[name]) for name in ("registers", "spills")]
        flight = f"{each['in_flight'] / 1024:,.0f} KiB" if "in_flight" in each else ""
        wide = f"{each['wide']:.0%}" if "wide" in each else ""
        held = [str(each["programs"]), f"{each['occupancy']:.0%}", str(each.get("wgmma", ""))]
        return [f"`{each['name']}`", tiles, *counts, shared, *held, flight, wide]

    titles = (
        "kernel", "tiles", "registers", "spills", "shared", "programs an SM", "of its warps", "wgmma",
        "bytes under way, an SM", "128-bit loads",
    )  # fmt: skip
    return table(titles, map(cells, compiled))


def of_cycles(compiled: list[dict[str, Any]]) -> str:
    pipes = ("tensor", "special", "fp32", "integer", "shared", "shuffle", "issue", "overlapped", "serial")

    def cells(each: dict[str, Any], turn: str) -> list[str]:
        return [f"`{each['name']}`, {turn}", *(f"{each[turn][pipe]:,.0f}" for pipe in pipes), str(each[turn]["waits"])]

    walked = [each for each in compiled if "interior" in each]
    titles = (
        "a turn of the loop",
        "tensor cores",
        "exp2",
        "fp32",
        "integer",
        "shared memory",
        "shuffles",
        "issue",
        "all at once",
        "one after another",
        "waits",
    )
    return table(titles, (cells(each, turn) for each in walked for turn in ("interior", "masked")))


def of_tiles(tiles: list[dict[str, Any]]) -> str:
    shares = ("skipped", "interior", "masked", "allowed")
    return table(
        ("documents", "kernel", "tiles skipped", "interior", "masked", "pairs that the mask allows"),
        ([each["documents"], f"`{each['kernel']}`", *(f"{each[name]:.1%}" for name in shares)] for each in tiles),
    )


def of_products(products: list[dict[str, Any]]) -> str:
    """One line for equal shapes of one model."""
    found: dict[tuple, list[str]] = {}
    for each in products:
        key = each["model"], each["m"], each["n"], each["k"], each["used"], each["tflops"]
        found.setdefault(key, []).append(each["name"])
    rows = (
        [key[0], ", ".join(names), f"{key[1]:,} x {key[2]:,} x {key[3]:,}", f"{key[4]:.1%}", f"{key[5]:,.0f}"]
        for key, names in found.items()
    )
    return table(("model", "products", "m x n x k", "of the SMs used", "TFLOP/s"), rows)


def of_calibration(calibrations: list[dict[str, Any]]) -> str:
    def cells(each: dict[str, Any]) -> list[str]:
        tiles = ", ".join(f"{name} {value}" for name, value in each["tiles"].items())
        figures = [f"{each[name]:,.0f}" for name in ("overlapped", "serial", "measured")]
        return [f"{each['head_dim']}", tiles, str(each["programs"]), *figures, f"{each['place']:.2f}"]

    titles = ("head width", "tiles", "programs an SM", "all at once, TFLOP/s", "one after another", "measured", "place")
    return table(titles, map(cells, calibrations))


def _bar(bar: Bar, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0%}" if bar.percent and bar.least < 1 else f"{value:.2f}"


def _interval(bar: Bar) -> str:
    return f"{_bar(bar, bar.interval[0])} to {_bar(bar, bar.interval[1])}" if bar.interval else ""


def _ms(ms: float | None) -> str:
    return "" if ms is None else f"{ms:.4f}" if ms < 1 else f"{ms:.3f}" if ms < 10 else f"{ms:,.1f}"


def _bounds(bounds: Bounds, row: Row) -> str:
    found = bounds.get(f"{row.part}: {row.case}: {row.implementation}")
    return f"{_ms(found[0])} to {_ms(found[2])}" if found and found[0] != found[2] else ""


def _speed(row: Row) -> str:
    return f"{row.tflops:,.0f} TFLOP/s" if row.tflops else f"{row.gb_s:,.0f} GB/s" if row.gb_s else ""


def _share(share: float | None) -> str:
    return f"{share:.1%}" if share else ""

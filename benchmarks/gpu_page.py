"""The tables and plots of docs/gpu.md: `python -m benchmarks.gpu_page [--check]`.

They are made of benchmarks/gpu.json, which `python -m benchmarks.gpu` measures, where it exists, and else of
benchmarks/gpu_modelled.json, which `python -m benchmarks.gpu_model` computes; the page's first sentence says which.
What was compiled is of the latter in both cases. A table stands between `<!-- made NAME -->` and `<!-- end -->`; the
prose around them is written by hand, and a test holds both together.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from benchmarks import gpu_page_plots as plots
from benchmarks import gpu_page_tables as tables
from benchmarks.gpu_rows import COPY, MATMUL, Report, of_json
from trainer import atomic

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
PAGE = DOCS / "gpu.md"
BLOCK = re.compile(r"(<!-- made (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def made(folder: Path = HERE) -> tuple[dict[str, str], dict[str, str]]:
    """Texts by the name of their block, and plots by the name of their file."""
    modelled = json.loads((folder / "gpu_modelled.json").read_text("utf-8"))
    measured = folder / "gpu.json"
    report = of_json(json.loads(measured.read_text("utf-8")) if measured.exists() else modelled["report"])
    bounds = modelled["bounds"] if report.modelled else {}
    steps = {name: each["all"] for name, each in modelled["step_bounds"].items()} if report.modelled else {}
    blocks = {
        "from": _from(report),
        "bars": tables.of_bars(report, bounds | steps),
        "kernels": tables.of_kernels(report, bounds),
        "steps": tables.of_steps(report, steps),
        "breakdown": tables.of_breakdown(report),
        "compiled": tables.of_compiled(modelled["compiled"]),
        "cycles": tables.of_cycles(modelled["compiled"]),
        "tiles": tables.of_tiles(modelled["tiles"]),
        "products": tables.of_products(modelled["products"]),
        "calibration": tables.of_calibration(modelled["calibration"]),
        "held_out": _held_out(modelled["calibration"]),
        "versions": _versions(modelled["report"]),
    }
    return blocks, {"mfu.svg": plots.mfu(modelled["mfu"]), "step_time.svg": plots.step_time(modelled["times"])}


def rendered(text: str, blocks: dict[str, str]) -> str:
    """`text` with its blocks made anew."""
    return BLOCK.sub(lambda found: found[1] + blocks[found[2]] + found[3], text)


def _from(report: Report) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items() if version)
    day = report.date[:10]
    if report.modelled:
        return (
            "**No kernel here was measured: no GPU could be had.** Every figure is modelled from what the "
            f"compiler makes of the kernels for an H200 ({day}, {versions}), and stands between two bounds. Two "
            f"ceilings, a large copy ({COPY / 1e12} TB/s) and a large matrix product ({MATMUL / 1e12:.0f} TFLOP/s), "
            "were once measured on an H200, with nothing of ours.\n"
        )
    driver = report.device.get("driver")
    return f"**Measured** on {day} on one {report.device['name']}, driver {driver}, with {versions}.\n"


def _held_out(calibrations: list[dict[str, Any]]) -> str:
    causal = calibrations[0]["causal"]
    predicted, measured = causal["predicted"], causal["measured"]
    return (
        f"For causal rows, which it was not fitted to, the model gives this kernel {predicted:,.0f} TFLOP/s; "
        f"{measured:,.0f} were measured ({predicted / measured - 1:+.0%}).\n"
    )


def _versions(report: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    return f"Compiled for sm_90 on {report['date'][:10]} with {versions}; nothing was run.\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if the page is not its rows'")
    args = parser.parse_args()
    blocks, drawn = made()
    files = {PAGE: rendered(PAGE.read_text("utf-8"), blocks)} | {DOCS / name: svg for name, svg in drawn.items()}
    if args.check:
        sys.exit(any(not file.exists() or file.read_text("utf-8") != text for file, text in files.items()))
    for file, text in files.items():
        atomic.write(file, text)


if __name__ == "__main__":
    main()

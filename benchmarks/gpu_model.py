"""What the GPU benchmark would show, from compiled code, where no GPU could be had.

    python -m benchmarks.gpu_model --out benchmarks/gpu_modelled.json

All kernels are compiled for an H200, and nothing is run. Each figure stands between two bounds that the code implies
(`gpu_model_walk`, `gpu_model_memory`, `gpu_model_products` say how); what is assumed is said where it is. The report
has the form of the measured one, every row marked as modelled; bounds, compiled code, tiles and what the plots show
stand beside it.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
import triton

from benchmarks import gpu_documents, gpu_model_calibration
from benchmarks import gpu_model_attention as attention
from benchmarks import gpu_model_device as device
from benchmarks import gpu_model_products as products
from benchmarks.gpu_model_kernels import Kernels, compiled_all
from benchmarks.gpu_model_rows import LENGTH, all_rows, starts
from benchmarks.gpu_model_tiles import attended
from benchmarks.gpu_model_walk import Bounded, calibration, walk
from benchmarks.gpu_model_whole import DRAWN, TABLES, Whole, measured_ones, plotted_ones
from benchmarks.gpu_rows import Report, Step
from trainer import atomic
from trainer.config import PRESETS, ModelConfig

COMMAND = "python -m benchmarks.gpu_model"


def modelled() -> dict[str, Any]:
    kernels = compiled_all()
    rows = all_rows(kernels)
    steps, plotted = list(measured_ones(kernels)), list(plotted_ones(kernels))
    return {
        "report": asdict(_report([each.row for each in rows], [each.step for each in steps])),
        "bounds": {
            f"{each.row.part}: {each.row.case}: {each.row.implementation}": _three(each.bounded) for each in rows
        },
        "step_bounds": {f"{at.step.model}, {at.step.documents}, {at.step.tokens}": _parts(at) for at in steps},
        "compiled": [*_walks(kernels), *_streams(kernels)],
        "calibration": _calibrations(),
        "tiles": list(_tiles(kernels)),
        "products": [_product(name, each) for name in ("8b", "1b") for each in _of_model(PRESETS[name])],
        "mfu": [_mfu(each) for each in plotted],
        "times": list(_times(plotted)),
    }


def _report(rows: list, steps: list[Step]) -> Report:
    return Report(
        date=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        command=COMMAND,
        device={"name": "NVIDIA H200", "capability": "9.0", "processors": device.SMS},
        versions={"python": platform.python_version(), "torch": torch.__version__, "triton": triton.__version__},
        modelled=True,
        rows=rows,
        steps=steps,
    )


def _walks(kernels: Kernels) -> Iterator[dict[str, Any]]:
    for name, each in kernels.walks.items():
        yield _compiled(kernels, name, each.compiled, each.programs) | {
            "wgmma": each.compiled.wgmma,
            "interior": _cycles(each.interior),
            "masked": _cycles(each.masked),
            "limit": each.interior.limit,
        }


def _streams(kernels: Kernels) -> Iterator[dict[str, Any]]:
    for name, each in kernels.streams.items():
        yield _compiled(kernels, name, each.compiled, each.programs) | {
            "in_flight": each.in_flight,
            "wide": round(each.wide, 3),
        }


def _compiled(kernels: Kernels, name: str, compiled, programs: int) -> dict[str, Any]:
    tiles = {key: value for key, value in kernels.cases[name].tiles.items() if isinstance(value, int)}
    return {
        "name": name, "tiles": tiles, "registers": compiled.registers, "spills": compiled.spills,
        "shared": compiled.shared, "warps": compiled.warps, "programs": programs,
        "occupancy": device.occupancy(compiled.registers, compiled.warps, compiled.shared),
    }  # fmt: skip


def _cycles(turn) -> dict[str, float]:
    figures = {name: round(value, 1) for name, value in vars(turn).items() if name != "counts"}
    return figures | {"waits": turn.waits, "overlapped": round(turn.overlapped, 1), "serial": round(turn.serial, 1)}


def _calibrations() -> list[dict[str, Any]]:
    """The two, and what the first predicts for causal rows, which it was not fitted to (369 was measured)."""
    found: list[dict[str, Any]] = []
    for width in (128, 64):
        each = calibration(width)
        found.append(asdict(each) | {"place": each.place})
    plain = walk(gpu_model_calibration.case(128, calibration(128).tiles))
    work = [((at + 1) * 2.0, 0.0) for _ in range(32) for at in range(8448 // 128)]
    ms = plain.bounded(work).figure
    found[0]["causal"] = {"predicted": 4 * 8448**2 / 2 * 128 * 32 / ms / 1e9, "measured": 369.0}
    return found


def _tiles(kernels: Kernels) -> Iterator[dict[str, Any]]:
    for mean in (None, 4000, 1000, 300):
        rows = starts(mean, DRAWN)
        for kernel, found in attention.visited(kernels, PRESETS["8b"], rows).items():
            shares = {
                name: sum(each.shares[name] for each in found) / DRAWN for name in ("skipped", "interior", "masked")
            }
            allowed = sum(map(attended, rows)) / DRAWN / LENGTH**2
            yield {"documents": gpu_documents.named(mean), "kernel": kernel, **shares, "allowed": allowed}


def _of_model(config: ModelConfig) -> Iterator[products.Product]:
    for each in products.of_layer(config, LENGTH if config.layers == 32 else 4 * LENGTH):
        yield from (each, *products.backward(each))


def _product(name: str, each: products.Product) -> dict[str, Any]:
    time = each.bounded
    return {
        "model": name.upper(), **asdict(each), "used": round(each.used, 4),
        "tflops": each.flops / time.figure / 1e9,
    }  # fmt: skip


def _mfu(each: Whole) -> dict[str, Any]:
    """Each convention at the fast, the likely and the slow end."""
    step, time = each.step, each.time
    shares = {
        name: [share * time.figure / ms for ms in (time.fast, time.figure, time.slow)]
        for name, share in step.mfu.items()
    }
    return _named(step) | shares


def _times(plotted: list[Whole]) -> Iterator[dict[str, Any]]:
    """The shortest documents first."""
    for model in TABLES:
        for mean in (300, 1000, 4000, None):
            wanted = (model.name, gpu_documents.named(mean))
            found = next(each for each in plotted if (each.step.model, each.step.documents) == wanted)
            yield _named(found.step) | {"kinds": {kind: _three(each) for kind, each in found.kinds.items()}}


def _named(step: Step) -> dict[str, Any]:
    return {"model": step.model, "documents": step.documents, "tokens": step.tokens, "settings": step.settings}


def _three(each: Bounded) -> list[float]:
    return [round(each.fast, 5), round(each.figure, 5), round(each.slow, 5)]


def _parts(each: Whole) -> dict[str, list[float]]:
    return {"all": _three(each.time)} | {kind: _three(time) for kind, time in each.kinds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("gpu_modelled.json"))
    args = parser.parse_args()
    found = modelled()
    atomic.write(args.out, json.dumps(found, indent=1) + "\n")
    for step in found["report"]["steps"]:
        print(f"{step['model']}, documents {step['documents']}: {step['tokens_s']:,.0f} tokens/s modelled")


if __name__ == "__main__":
    main()

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
from dataclasses import asdict, dataclass
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
from benchmarks.gpu_model_step import NOTHING, Setting, breakdown
from benchmarks.gpu_model_tiles import attended
from benchmarks.gpu_model_walk import Bounded, calibration, walk
from benchmarks.gpu_rows import Report, Step
from trainer import atomic
from trainer.config import PRESETS, ModelConfig
from trainer.memory import of_rank
from trainer.metrics.mfu import step_flops
from trainer.recipe import Parallel

COMMAND = "python -m benchmarks.gpu_model"
ROOM = 148e9  # bytes that a process can have of an H200's 141 GB (150.8e9, less what PyTorch and CUDA take)
MEANS = (100, 300, 1000, 2000, 4000, 8000, None)  # None: one document a row
DRAWN = 4  # rows of documents that the plots' figures are the mean of


@dataclass(frozen=True)
class Model:
    name: str
    config: ModelConfig
    moments: int
    settings: tuple[Setting, ...]  # as `benchmarks.gpu_steps` tries them
    rows: tuple[int, ...]


MODELS = (
    Model("8B", PRESETS["8b"], 2, tuple(Setting(1, kept, 2) for kept in ("none", "selective", "full")), (1, 4)),
    Model("1B", PRESETS["1b"], 4, (Setting(4, "none", 4), Setting(2, "none", 4), Setting(1, "none", 4)), (4,)),
)


def modelled() -> dict[str, Any]:
    kernels = compiled_all()
    rows = all_rows(kernels)
    steps = list(_steps(kernels))
    return {
        "report": asdict(_report([each.row for each in rows], [step for step, _ in steps])),
        "bounds": {
            f"{each.row.part}: {each.row.case}: {each.row.implementation}": _three(each.bounded) for each in rows
        },
        "step_bounds": {f"{step.model}, {step.documents}, {step.tokens}": _parts(found) for step, found in steps},
        "compiled": [*_walks(kernels), *_streams(kernels)],
        "calibration": _calibrations(),
        "tiles": list(_tiles(kernels)),
        "products": [_product(name, each) for name in ("8b", "1b") for each in _of_model(PRESETS[name])],
        "mfu": list(_mfu(kernels)),
        "times": list(_times(steps)),
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


def _steps(kernels: Kernels) -> Iterator[tuple[Step, dict[str, Bounded]]]:
    for model in MODELS:
        for mean, count in [
            (None, model.rows[0]),
            *((m, model.rows[0]) for m in (1000, 300, 4000)),
            *((None, n) for n in model.rows[1:]),
        ]:
            setting = next(each for each in model.settings if _memory(model, each, count) < ROOM)
            yield _step(kernels, model, setting, mean, count)


def _step(
    kernels: Kernels, model: Model, setting: Setting, mean: int | None, count: int
) -> tuple[Step, dict[str, Bounded]]:
    rows = starts(mean, count)
    found = breakdown(kernels, model.config, rows, setting)
    whole = sum(found.values(), NOTHING)
    tokens = count * LENGTH
    flops = step_flops(model.config, LENGTH, tokens, sum(map(attended, rows)))
    states = {2: "bf16", 4: "fp32"}[setting.moments]
    step = Step(
        model.name, gpu_documents.named(mean), "triton", LENGTH, tokens,
        f"checkpointing {setting.checkpointing}, {states} moments, {setting.rows} rows at a time",
        whole.figure, tokens / whole.figure * 1e3,
        {name: each / whole.figure * 1e3 / device.PEAK for name, each in flops.items()},
        _memory(model, setting, count) / 1e9,
        {kind: round(each.figure, 4) for kind, each in sorted(found.items(), key=lambda one: -one[1].figure)},
        modelled=True,
    )  # fmt: skip
    return step, found


def _memory(model: Model, setting: Setting, count: int) -> float:
    parallel = Parallel(microbatch=setting.rows, checkpointing=setting.checkpointing)
    return of_rank(
        model.config, parallel, 1, LENGTH, moment=setting.moments, microbatches=count // setting.rows, fused=True
    ).total


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


def _mfu(kernels: Kernels) -> Iterator[dict[str, Any]]:
    """By mean length of documents, at the largest settings that fit; 70B as one layer of one row, no optimizer."""
    for name in ("1b", "3b", "8b", "70b"):
        config = PRESETS[name]
        for mean in MEANS:
            rows = starts(mean, DRAWN)
            found = breakdown(kernels, config, rows, Setting(1, "none", 2 if name != "1b" else 4))
            for kind in ("copies", *(("adamw", "grad_norm") if name == "70b" else ())):
                found.pop(kind, None)
            whole = sum(found.values(), NOTHING)
            flops = step_flops(config, LENGTH, DRAWN * LENGTH, sum(map(attended, rows)))
            shares = {
                kind: [each / ms * 1e3 / device.PEAK for ms in (whole.fast, whole.figure, whole.slow)]
                for kind, each in flops.items()
            }
            yield {"model": name.upper(), "mean": mean, **shares}


def _times(steps: list[tuple[Step, dict[str, Bounded]]]) -> Iterator[dict[str, Any]]:
    """Of the steps of each model's first size, the shortest documents first."""
    for model in MODELS:
        for mean in (300, 1000, 4000, None):
            wanted = (model.name, gpu_documents.named(mean), model.rows[0] * LENGTH)
            found = next(found for step, found in steps if (step.model, step.documents, step.tokens) == wanted)
            yield {"model": wanted[0], "documents": wanted[1], "tokens": wanted[2]} | {
                "kinds": {kind: _three(each) for kind, each in found.items()}
            }


def _three(each: Bounded) -> list[float]:
    return [round(each.fast, 5), round(each.figure, 5), round(each.slow, 5)]


def _parts(found: dict[str, Bounded]) -> dict[str, list[float]]:
    return {"all": _three(sum(found.values(), NOTHING))} | {kind: _three(each) for kind, each in found.items()}


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

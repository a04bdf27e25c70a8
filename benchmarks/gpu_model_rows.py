"""The kernels' rows as `python -m benchmarks.gpu` measures them, at the same shapes, by the model: and their bounds.

Work and bytes of each row are counted as the measurement counts them, so that shares of the roofline compare.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks import gpu_documents, gpu_model_step
from benchmarks import gpu_model_attention as attention
from benchmarks.gpu_model_kernels import Kernels
from benchmarks.gpu_model_memory import bounded
from benchmarks.gpu_model_tiles import attended
from benchmarks.gpu_model_walk import Bounded
from benchmarks.gpu_rows import COPY, MATMUL, OURS, Row
from trainer.config import PRESETS, ModelConfig
from trainer.flops import parameters

LENGTH = 8192
# Shah et al. 2024 (FlashAttention-3, figures 5 and 6): cuDNN on an H100 of fixed clock, causal rows of 8 k, TFLOP/s.
CUDNN = {(128, "forward"): 529.0, (128, "backward"): 518.0}
LIMITS = {"tensor": "tensor cores", "special": "exp2", "issue": "issue of instructions", "integer": "integer units"}


@dataclass(frozen=True)
class Modelled:
    row: Row
    bounded: Bounded


def starts(mean: int | None, rows: int = 1, seed: int = 0) -> list[NDArray[np.int64]]:
    """The rows that the benchmark measures with."""
    return list(gpu_documents.starts(rows, LENGTH, mean, seed).numpy().astype(np.int64))


def all_rows(kernels: Kernels) -> list[Modelled]:
    found = []
    for name in ("8b", "1b"):
        found += _attention(kernels, PRESETS[name], None)
    for mean in (1000, 300, 4000):
        found += _attention(kernels, PRESETS["8b"], mean)
    for name in ("8b", "1b"):
        found += _loss(kernels, name.upper(), PRESETS[name])
    for name in ("8b", "1b"):
        found += _elementwise(kernels, name.upper(), PRESETS[name])
    return found + _optimizer(kernels, parameters(PRESETS["1b"]).total)


def _attention(kernels: Kernels, config: ModelConfig, mean: int | None) -> list[Modelled]:
    rows = starts(mean)
    pairs, width = attended(rows[0]), config.head_dim
    shape = f"head_dim {width}, {LENGTH:,} " + ("causal" if mean is None else f"packed, {gpu_documents.named(mean)}")
    moved = 4.0 * LENGTH * width * (config.heads + config.kv_heads)
    limit = LIMITS.get(attention.limit(kernels, config), "")
    found = []
    both = zip(("forward", "backward"), (4, 10), (1.0, 2.0), attention.both(kernels, config, rows), strict=True)
    for name, flops, factor, time in both:
        work = float(flops * pairs * config.heads * width)
        ours = _row("attention" if mean is None else "documents", f"{shape}, {name}", time, work, factor * moved, limit)
        found.append(ours)
        if mean is None and (width, name) in CUDNN:
            found.append(_published(ours.row, CUDNN[width, name]))
    return found


def _loss(kernels: Kernels, name: str, config: ModelConfig) -> list[Modelled]:
    words, dim = config.vocab_size, config.dim
    case = f"{name}, {LENGTH:,} x {dim:,} by {words:,}, forward and backward"
    time = gpu_model_step.loss(kernels, config, LENGTH)
    return [
        _row(
            "linear_cross_entropy", case, time, 6.0 * LENGTH * words * dim, 4.0 * dim * (LENGTH + words), "tensor cores"
        )
    ]


def _elementwise(kernels: Kernels, name: str, config: ModelConfig) -> list[Modelled]:
    shapes = {
        "rms_norm": f"{name}, {LENGTH:,} x {config.dim:,}",
        "swiglu": f"{name}, {LENGTH:,} x {config.ffn_dim:,}",
        "rope": f"{name}, {LENGTH:,} x {config.heads} + {config.kv_heads} heads of {config.head_dim}",
    }
    turned = config.head_dim * (config.heads + config.kv_heads)
    moved = {"rms_norm": (8, 8, config.dim), "swiglu": (6, 10, config.ffn_dim), "rope": (4, 4, turned)}
    found = []
    for part, shape in shapes.items():
        of = {"rms_norm": gpu_model_step.norm, "swiglu": gpu_model_step.swiglu, "rope": gpu_model_step.rope}[part]
        times = of(kernels, config, LENGTH)
        for passed, time, each in zip(("forward", "backward"), times, moved[part], strict=False):
            found.append(_row(part, f"{shape}, {passed}", time, 0.0, float(each * moved[part][2] * LENGTH)))
    return found


def _optimizer(kernels: Kernels, count: int) -> list[Modelled]:
    named = f"{count / 1e9:.2f} B parameters"
    found = []
    for part, case, kernel, size, launches in (
        ("grad_norm", "fp32", "grad_norm", 4.0, 2),
        ("grad_norm", "bf16", "grad_norm_bf16", 2.0, 2),
        ("adamw", "all fp32", "adamw", 28.0, 9 * PRESETS["1b"].layers + 2),
        ("adamw", "bf16 moments, gradient and copy", "adamw_bf16_moments", 20.0, 9 * PRESETS["1b"].layers + 2),
    ):
        time = bounded(size * count, kernels.streams[kernel], launches)
        found.append(_row(part, f"{named}, {case}", time, 0, size * count))
    return found


def _row(part: str, case: str, time: Bounded, flops: float, moved: float, limit: str = "memory") -> Modelled:
    least = 1e3 * max(flops / MATMUL, moved / COPY)
    return Modelled(
        Row(part, case, OURS, time.figure, flops, moved, least / time.figure, note=limit, modelled=True), time
    )


def _published(ours: Row, tflops: float) -> Modelled:
    """Another's time for the same work, at the speed that was published."""
    ms = ours.flops / tflops / 1e9
    assert ours.ms is not None
    row = Row(
        ours.part, ours.case, "SDPA cuDNN", ms, ours.flops, ours.bytes, 1e3 * ours.flops / MATMUL / ms, ms / ours.ms,
        note=f"published: {tflops:.0f} TFLOP/s on an H100 (Shah et al. 2024)", modelled=True,
    )  # fmt: skip
    return Modelled(row, Bounded(ms, ms, ms))

"""RMSNorm with the residual, rotary positions and SwiGLU, each way, of one row of 8,192 tokens of 8B and of 1B.

All are bound by memory: bytes are each input read once and each result written once. Backward, RMSNorm reads the two
gradients that come in, the stream and the weight, and writes one gradient for both that it added, and the weight's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor

from benchmarks.gpu_bench import Bench, Work, backward, compiled, forward
from benchmarks.gpu_rows import OURS
from trainer import rope as tables
from trainer.config import PRESETS, ModelConfig
from trainer.kernels import choice, rms_norm, rope, swiglu

EPS = 1e-5
TINY = ModelConfig(32, 1, 2, 1, 48)
Function = Callable[..., Tensor | tuple[Tensor, ...]]


def measure(bench: Bench) -> None:
    shapes = [("8B", PRESETS["8b"], 8192), ("1B", PRESETS["1b"], 8192)]
    for name, config, tokens in [("tiny", TINY, 2)] if bench.tiny else shapes:
        for measured in (of_rms_norm, of_swiglu, of_rope):
            measured(bench, name, config, tokens)


def of_rms_norm(bench: Bench, name: str, config: ModelConfig, tokens: int) -> None:
    each = 2 * tokens * config.dim
    _both_passes(
        bench, "rms_norm", f"{name}, {tokens:,} x {config.dim:,}",
        lambda x, residual, weight: rms_norm.rms_norm(x, residual, weight, EPS),
        lambda x, residual, weight: rms_norm.reference(x, residual, weight, EPS),
        _liger_rms_norm,
        lambda seed: [*_tensors(bench, seed, 2, 1, tokens, config.dim), *_tensors(bench, seed + 90, 1, config.dim)],
        moved=(4 * each, 4 * each),
    )  # fmt: skip


def of_swiglu(bench: Bench, name: str, config: ModelConfig, tokens: int) -> None:
    each = 2 * tokens * config.ffn_dim
    _both_passes(
        bench, "swiglu", f"{name}, {tokens:,} x {config.ffn_dim:,}",
        swiglu.swiglu, swiglu.reference, _liger_swiglu,
        lambda seed: _tensors(bench, seed, 2, 1, tokens, config.ffn_dim),
        moved=(3 * each, 5 * each),
    )  # fmt: skip


def of_rope(bench: Bench, name: str, config: ModelConfig, tokens: int) -> None:
    positions = torch.arange(tokens, dtype=torch.int32, device=bench.device)[None]
    cos, sin = tables.tables(config, tokens, bench.device)
    each = 2 * tokens * config.head_dim * (config.heads + config.kv_heads)
    _both_passes(
        bench, "rope", f"{name}, {tokens:,} x {config.heads} + {config.kv_heads} heads of {config.head_dim}",
        lambda q, k: rope.rope(q, k, positions, cos, sin),
        lambda q, k: rope.reference(q, k, positions, cos, sin),
        lambda: _liger_rope(cos, sin),
        lambda seed: [*_tensors(bench, seed, 1, 1, tokens, config.heads, config.head_dim),
                      *_tensors(bench, seed + 90, 1, 1, tokens, config.kv_heads, config.head_dim)],
        moved=(2 * each, 2 * each),
    )  # fmt: skip


def _both_passes(
    bench: Bench, part: str, case: str, ours: Function, reference: Function, liger: Callable[[], Function],
    inputs: Callable[[int], list[Tensor]], moved: tuple[float, float],
) -> None:  # fmt: skip
    made: Mapping[str, Callable[[], Function]] = {
        OURS: lambda: ours,
        "eager": lambda: reference,
        "torch.compile": lambda: compiled(reference, bench.device),
        "Liger": liger,
    }
    ready = {way: _once(function) for way, function in made.items()}
    with choice.chosen("triton", bench.device):
        for (name, timed), size in zip((("forward", forward), ("backward", backward)), moved, strict=True):
            ways = {way: partial(_work, timed, function, inputs) for way, function in ready.items()}
            bench.compare(part, f"{case}, {name}", ways, moved=size, milliseconds=60)


def _work(timed: Callable[..., Work], ready: Callable[[], Function], inputs: Callable, seed: int) -> Work:
    return timed(ready(), *inputs(seed))


def _once(made: Callable[[], Function]) -> Callable[[], Function]:
    """Made at the first call: both passes and all sets of inputs go through one compiled function."""
    held: list[Function] = []
    return lambda: held[0] if held else held.append(made()) or held[0]  # type: ignore[func-returns-value]


def _tensors(bench: Bench, seed: int, count: int, *shape: int) -> list[Tensor]:
    dtype = torch.float32 if bench.tiny else torch.bfloat16
    return [bench.randn(*shape, seed=seed * count + at, dtype=dtype) for at in range(count)]


def _liger_rms_norm() -> Function:
    from liger_kernel.ops.fused_add_rms_norm import LigerFusedAddRMSNormFunction

    return lambda x, residual, weight: LigerFusedAddRMSNormFunction.apply(x, residual, weight, EPS)


def _liger_swiglu() -> Function:
    from liger_kernel.ops.swiglu import LigerSiLUMulFunction

    return lambda gate, up: LigerSiLUMulFunction.apply(gate, up)


def _liger_rope(cos: Tensor, sin: Tensor) -> Function:
    """Theirs takes the tables of a row's positions whole, and heads before the tokens."""
    from liger_kernel.ops.rope import LigerRopeFunction

    wide = [torch.cat((x, x), -1)[None] for x in (cos, sin)]

    def turned(q: Tensor, k: Tensor) -> tuple[Tensor, ...]:
        return LigerRopeFunction.apply(q.transpose(1, 2), k.transpose(1, 2), *wide)

    return turned

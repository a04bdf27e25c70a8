"""The last layer and the loss beside logits held whole, compiled, and Liger's: one row of 8,192 tokens, 8B and 1B.

The work is 2 * N * V * D operations forward and 4 backward; who makes logits anew does 2 more, which count for
nothing. Forward and backward are timed together: ours and Liger's make the gradients in the forward pass.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.gpu_bench import Bench, Work, compiled
from benchmarks.gpu_rows import OURS
from trainer.kernels import choice
from trainer.kernels.linear_cross_entropy import linear_cross_entropy, reference

PART = "linear_cross_entropy"
Loss = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


def measure(bench: Bench) -> None:
    if bench.tiny:
        return of_size(bench, "tiny", 9, 16, 65)
    for name, dim in (("8B", 4096), ("1B", 2048)):
        of_size(bench, name, 8192, dim, 128_256)


def of_size(bench: Bench, name: str, tokens: int, dim: int, vocabulary: int) -> None:
    dtype = torch.float32 if bench.tiny else torch.bfloat16
    ways: dict[str, Callable[[], Loss]] = {
        OURS: lambda: lambda *given: linear_cross_entropy(*given)[0],
        "Liger": liger,
        "torch.compile": lambda: compiled(whole, bench.device),
        "eager": lambda: whole,
        "chunks, eager": lambda: lambda *given: reference(*given)[0],
    }

    def made(seed: int, loss: Callable[[], Loss]) -> Work:
        computed = loss()
        generator = torch.Generator(bench.device).manual_seed(seed)
        hidden = bench.randn(tokens, dim, seed=seed, dtype=dtype).requires_grad_()
        weight = bench.randn(vocabulary, dim, seed=seed + 1, dtype=dtype).mul_(0.02).requires_grad_()
        targets = torch.randint(vocabulary, (tokens,), generator=generator, device=bench.device)
        weights = torch.ones(tokens, device=bench.device)
        return lambda: torch.autograd.grad(computed(hidden, weight, targets, weights), (hidden, weight))

    with choice.chosen({PART: "triton"}, bench.device):
        bench.compare(
            PART,
            f"{name}, {tokens:,} x {dim:,} by {vocabulary:,}, forward and backward",
            {way: partial(made, loss=loss) for way, loss in ways.items()},
            flops=6.0 * tokens * vocabulary * dim,
            moved=4.0 * dim * (tokens + vocabulary),
            milliseconds=400,
        )


def whole(hidden: Tensor, weight: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """As it is usually written."""
    logits = F.linear(hidden, weight).float()
    return (F.cross_entropy(logits, targets, reduction="none") * weights).sum()


def liger() -> Loss:
    """Their sum over tokens: as ours where every weight is 1."""
    from liger_kernel.ops.fused_linear_cross_entropy import LigerFusedLinearCrossEntropyFunction

    def loss(hidden: Tensor, weight: Tensor, targets: Tensor, _weights: Tensor) -> Tensor:
        given = (hidden, weight, targets, None, None, -100, 0.0, 0.0, "sum")
        result = LigerFusedLinearCrossEntropyFunction.apply(*given)
        return result[0] if isinstance(result, tuple) else result

    return loss

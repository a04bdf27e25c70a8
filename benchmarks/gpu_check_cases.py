"""What the kernels are checked on: sizes that are no multiple of tiles, documents of one token, a document that fills
the row, key heads shared by 1 to 8 query heads, and each at a size that training has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from benchmarks import gpu_documents
from benchmarks.gpu_bench import Bench
from benchmarks.gpu_checks import Case
from trainer import rope as tables
from trainer.config import ModelConfig
from trainer.kernels import adamw, attention, grad_norm, linear_cross_entropy, rms_norm, rope, swiglu

FP32 = torch.float32
ALL = ("bf16", "fp16", "fp32")
RATES = {"lr": 1e-2, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}


def cases(bench: Bench) -> Iterator[Case]:
    yield from _attention(bench)
    yield from _linear_cross_entropy(bench)
    yield from _rms_norm(bench)
    yield from _rope(bench)
    yield from _swiglu(bench)
    yield from _adamw(bench)
    yield from _grad_norm(bench)


def _attention(bench: Bench) -> Iterator[Case]:
    shapes: list[tuple[int, int, int, int, int, int | None, tuple[str, ...]]] = [
        # rows, length, heads, key heads, head_dim, mean of documents, types; what training has first: each is compiled
        (1, 8192, 8, 2, 128, 1000, ("bf16",)),
        (1, 8192, 8, 2, 64, None, ("bf16",)),
        (2, 129, 4, 4, 64, 1, ("bf16",)),
        (1, 1000, 4, 2, 128, None, ("bf16",)),
        (2, 300, 8, 2, 64, 40, ALL),
        (1, 515, 8, 1, 128, 100, ALL),
    ]
    if bench.tiny:
        shapes = [(1, 19, 4, 2, 16, 9, ALL)]
    for rows, length, heads, kv_heads, head_dim, mean, dtypes in shapes:

        def drawn(bench: Bench, seed: int, shape=(rows, length, heads, kv_heads, head_dim), mean=mean) -> list[Tensor]:
            rows, length, heads, kv_heads, head_dim = shape
            starts = gpu_documents.starts(rows, length, mean, seed)
            if mean == 1:
                starts[0] = torch.arange(length)  # padding: every token alone
            return [
                bench.randn(rows, length, heads, head_dim, seed=seed, dtype=FP32),
                bench.randn(rows, length, kv_heads, head_dim, seed=seed + 1, dtype=FP32),
                bench.randn(rows, length, kv_heads, head_dim, seed=seed + 2, dtype=FP32),
                starts.to(bench.device),
            ]

        name = f"{rows} x {length:,}, {heads}/{kv_heads} heads of {head_dim}, {gpu_documents.named(mean)}"
        yield Case("attention", name, attention.attention, attention.reference, drawn, dtypes)


def _linear_cross_entropy(bench: Bench) -> Iterator[Case]:
    shapes: list[tuple[int, int, int, float, tuple[str, ...]]] = [
        (300, 129, 1000, 0.0, ALL),
        (1025, 256, 5003, 1e-3, ("bf16",)),
        (1000, 512, 128_256, 0.0, ("bf16",)),
    ]
    if bench.tiny:
        shapes = [(9, 16, 70, 1e-3, ALL)]
    for tokens, dim, vocabulary, z_loss, dtypes in shapes:

        def drawn(bench: Bench, seed: int, shape=(tokens, dim, vocabulary)) -> list[Tensor]:
            tokens, dim, vocabulary = shape
            generator = torch.Generator(bench.device).manual_seed(seed)
            return [
                bench.randn(tokens, dim, seed=seed, dtype=FP32),
                bench.randn(vocabulary, dim, seed=seed + 1, dtype=FP32) / dim**0.5,
                torch.randint(vocabulary, (tokens,), generator=generator, device=bench.device),
                (torch.rand(tokens, generator=generator, device=bench.device) > 0.1).float(),
            ]

        def same(
            function: Callable[..., tuple[Tensor, Tensor]], hidden: Tensor, weight: Tensor, targets: Tensor,
            weights: Tensor, z_loss: float = z_loss,
        ) -> tuple[Tensor, ...]:  # fmt: skip
            return function(hidden, weight, targets, weights.detach(), z_loss)

        yield Case(
            "linear_cross_entropy", f"{tokens:,} x {dim} by {vocabulary:,}, z-loss {z_loss:g}",
            partial(same, linear_cross_entropy.linear_cross_entropy), partial(same, linear_cross_entropy.reference),
            drawn, dtypes, kept=frozenset({3}), exact=(1,),
        )  # fmt: skip


def _rms_norm(bench: Bench) -> Iterator[Case]:
    for tokens, dim, dtypes in ((3, 24, ALL),) if bench.tiny else ((257, 999, ALL), (8192, 4096, ("bf16",))):

        def drawn(bench: Bench, seed: int, shape=(tokens, dim)) -> list[Tensor]:
            drawn = [bench.randn(1, *shape, seed=seed + at, dtype=FP32) for at in range(2)]
            return [*drawn, bench.randn(shape[1], seed=seed + 2, dtype=FP32)]

        for name, summed in (("with the residual", True), ("alone", False)):

            def norm(function: Callable, x: Tensor, residual: Tensor, weight: Tensor, summed=summed):
                return function(x, residual if summed else None, weight, 1e-5)

            both = (partial(norm, function) for function in (rms_norm.rms_norm, rms_norm.reference))
            yield Case("rms_norm", f"{tokens:,} x {dim:,}, {name}", *both, drawn, dtypes)


def _rope(bench: Bench) -> Iterator[Case]:
    shapes = [(2, 301, 6, 2, 64, ALL), (1, 8192, 32, 8, 128, ("bf16",))]
    for rows, length, heads, kv_heads, head_dim, dtypes in [(1, 9, 3, 1, 8, ALL)] if bench.tiny else shapes:
        config = ModelConfig(head_dim * heads, 1, heads, kv_heads, 64, head_dim=head_dim)
        cos, sin = tables.tables(config, length, bench.device)

        def drawn(bench: Bench, seed: int, shape=(rows, length, heads, kv_heads, head_dim)) -> list[Tensor]:
            rows, length, heads, kv_heads, head_dim = shape
            starts = gpu_documents.starts(rows, length, 50, seed)
            positions = torch.arange(length, dtype=torch.int32)[None] - starts
            q, k = (bench.randn(rows, length, count, head_dim, seed=seed, dtype=FP32) for count in (heads, kv_heads))
            return [q, k, positions.to(bench.device)]

        def turned(function: Callable, q: Tensor, k: Tensor, positions: Tensor, cos=cos, sin=sin):
            return function(q, k, positions, cos, sin)

        name = f"{rows} x {length:,}, {heads}/{kv_heads} heads of {head_dim}"
        both = (partial(turned, function) for function in (rope.rope, rope.reference))
        yield Case("rope", name, *both, drawn, dtypes)


def _swiglu(bench: Bench) -> Iterator[Case]:
    for tokens, dim, dtypes in ((5, 33, ALL),) if bench.tiny else ((257, 999, ALL), (8192, 14_336, ("bf16",))):

        def drawn(bench: Bench, seed: int, shape=(tokens, dim)) -> list[Tensor]:
            return [bench.randn(*shape, seed=seed + at, dtype=FP32) for at in range(2)]

        yield Case("swiglu", f"{tokens:,} x {dim:,}", swiglu.swiglu, swiglu.reference, drawn, dtypes)


def _adamw(bench: Bench) -> Iterator[Case]:
    """What three steps change; the type tried is that of moments and gradient."""
    for count in (70,) if bench.tiny else (100_003, 4096 * 14_336):

        def drawn(bench: Bench, seed: int, count=count) -> list[Tensor]:
            weight, grad = (bench.randn(count, seed=seed + at, dtype=FP32) for at in range(2))
            return [weight, grad, torch.zeros_like(weight), torch.zeros_like(weight)]

        def stepped(function: Callable, weight: Tensor, grad: Tensor, first: Tensor, second: Tensor):
            scale = torch.full((), 0.7, dtype=weight.dtype, device=weight.device)
            before = weight.clone()
            for step in (1, 2, 3):
                function(weight, grad, first, second, step=step, scale=scale, **RATES)
            return weight - before, first, second

        both = (partial(stepped, function) for function in (adamw.adamw, adamw.reference))
        dtypes = ("fp32", "bf16") if count < 1 << 20 else ("bf16",)
        yield Case("adamw", f"{count:,} elements", *both, drawn, dtypes, kept=frozenset({0}), differentiated=False)


def _grad_norm(bench: Bench) -> Iterator[Case]:
    for sizes in ((7, 40),) if bench.tiny else ((1, 1001, 70_001), (4096 * 14_336, 4096)):

        def drawn(bench: Bench, seed: int, sizes=sizes) -> list[Tensor]:
            return [bench.randn(size, seed=seed + at, dtype=FP32) for at, size in enumerate(sizes)]

        def norm(function: Callable, *grads: Tensor) -> Tensor:
            return function(list(grads))

        both = (partial(norm, function) for function in (grad_norm.grad_norm, grad_norm.reference))
        name = " and ".join(f"{size:,}" for size in sizes)
        yield Case("grad_norm", name, *both, drawn, ("fp32", "bf16"), differentiated=False)

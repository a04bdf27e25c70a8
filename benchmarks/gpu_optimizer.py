"""AdamW and the gradients' norm over all tensors of the 1B model, beside PyTorch's.

Memory-bound: AdamW reads weight, gradient and two moments and writes all but the gradient, 28 bytes a parameter where
all is fp32 and 20 with bf16 moments, and 2 for the bf16 copy of the weight that the model computes with; the norm
reads 4. PyTorch's AdamW has moments of the weights' type only, and clipping is a pass of its own there, not timed.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from benchmarks.gpu_bench import Bench, Work
from benchmarks.gpu_rows import OURS
from trainer.config import PRESETS
from trainer.kernels import choice
from trainer.kernels.adamw import adamw
from trainer.kernels.adamw import reference as adamw_reference
from trainer.kernels.grad_norm import grad_norm
from trainer.kernels.grad_norm import reference as grad_norm_reference
from trainer.model import Llama

RATES = {"lr": 1e-4, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}


def measure(bench: Bench) -> None:
    shapes = _shapes(bench)
    count = sum(shape.numel() for shape in shapes)
    of_grad_norm(bench, shapes, count)
    of_adamw(bench, shapes, count)


def of_grad_norm(bench: Bench, shapes: list[torch.Size], count: int) -> None:
    def work(norm: Callable[[list[Tensor]], Tensor], seed: int) -> Work:
        grads = _drawn(bench, shapes, seed)
        return lambda: norm(grads)

    ways: dict[str, Callable[[list[Tensor]], Tensor]] = {
        OURS: grad_norm,
        "torch._foreach_norm": lambda grads: torch.stack(torch._foreach_norm(grads)).square().sum(),
        "eager": grad_norm_reference,
    }
    made = {name: lambda seed, norm=norm: work(norm, seed) for name, norm in ways.items()}
    with choice.chosen({"grad_norm": "triton"}, bench.device):
        bench.compare("grad_norm", f"{_named(count)}, fp32", made, moved=4 * count)


def of_adamw(bench: Bench, shapes: list[torch.Size], count: int) -> None:
    def of_trainer(one: Callable[..., None], states: torch.dtype, copied: bool, seed: int) -> Work:
        weights, grads = _drawn(bench, shapes, seed), _drawn(bench, shapes, seed + 1)
        first, second = ([torch.zeros_like(weight, dtype=states) for weight in weights] for _ in range(2))
        copies = [weight.bfloat16() if copied else None for weight in weights]
        scale = torch.ones((), device=bench.device)

        def step() -> None:
            for weight, grad, m, v, copy in zip(weights, grads, first, second, copies, strict=True):
                one(weight, grad, m, v, step=3, scale=scale, copy=copy, **RATES)

        return step

    def of_torch(seed: int, **kind: bool) -> Work:
        weights = [weight.requires_grad_() for weight in _drawn(bench, shapes, seed)]
        for weight, grad in zip(weights, _drawn(bench, shapes, seed + 1), strict=True):
            weight.grad = grad
        return torch.optim.AdamW(weights, **RATES, **kind).step

    with choice.chosen({"adamw": "triton"}, bench.device):
        for case, states, copied, size in (
            ("fp32 moments", torch.float32, False, 28),
            ("bf16 moments", torch.bfloat16, False, 20),
            ("bf16 moments, bf16 copy", torch.bfloat16, True, 22),
        ):
            ways: dict[str, Callable[[int], Work]] = {}
            for name, one in ((OURS, adamw), ("eager", adamw_reference)):
                ways[name] = lambda seed, one=one, states=states, copied=copied: of_trainer(one, states, copied, seed)
            if states == torch.float32:
                ways["torch.optim.AdamW, fused"] = lambda seed: of_torch(seed, fused=True)
                ways["torch.optim.AdamW, foreach"] = lambda seed: of_torch(seed, foreach=True)
            bench.compare("adamw", f"{_named(count)}, {case}", ways, moved=size * count)


def _shapes(bench: Bench) -> list[torch.Size]:
    with torch.device("meta"):
        return [weight.shape for weight in Llama(PRESETS["proxy-1m" if bench.tiny else "1b"]).parameters()][
            -20 if bench.tiny else 0 :
        ]


def _drawn(bench: Bench, shapes: list[torch.Size], seed: int) -> list[Tensor]:
    return [bench.randn(*shape, seed=seed * 1000 + at, dtype=torch.float32) for at, shape in enumerate(shapes)]


def _named(count: int) -> str:
    return f"{count / 1e9:.2f} B parameters"

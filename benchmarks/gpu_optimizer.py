"""AdamW and the gradients' norm over all tensors of the 1B model, beside PyTorch's.

Memory-bound: AdamW reads weight, gradient and two moments and writes all but the gradient, 28 bytes a parameter where
all is fp32, and 20 where moments and gradient are bf16 and so is the copy of the weight that the model computes with;
the norm reads 4, or 2. PyTorch's AdamW has moments of the weights' type only, and clipping is a pass of its own there,
which is not timed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

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
    def work(norm: Callable[[list[Tensor]], Tensor], dtype: torch.dtype, seed: int) -> Work:
        grads = _drawn(bench, shapes, seed, dtype)
        return lambda: norm(grads)

    ways: dict[str, Callable[[list[Tensor]], Tensor]] = {
        OURS: grad_norm,
        "torch._foreach_norm": lambda grads: torch.stack(torch._foreach_norm(grads)).square().sum(),
        "eager": grad_norm_reference,
    }
    with choice.chosen({"grad_norm": "triton"}, bench.device):
        for name, dtype in types(bench):
            made = {way: partial(work, norm, dtype) for way, norm in ways.items()}
            bench.compare("grad_norm", f"{_named(count)}, {name}", made, moved=dtype.itemsize * count)


def of_adamw(bench: Bench, shapes: list[torch.Size], count: int) -> None:
    def of_trainer(one: Callable[..., None], narrow: torch.dtype, seed: int) -> Work:
        weights, grads = _drawn(bench, shapes, seed), _drawn(bench, shapes, seed + 1, narrow)
        first, second = ([torch.zeros_like(weight, dtype=narrow) for weight in weights] for _ in range(2))
        copies = [None if narrow == torch.float32 else weight.to(narrow) for weight in weights]
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
        for name, dtype in types(bench):
            ways = {way: partial(of_trainer, one, dtype) for way, one in ((OURS, adamw), ("eager", adamw_reference))}
            if dtype == torch.float32:
                ways["torch.optim.AdamW, fused"] = partial(of_torch, fused=True)
                ways["torch.optim.AdamW, foreach"] = partial(of_torch, foreach=True)
            case = "all fp32" if dtype == torch.float32 else f"{name} moments, gradient and copy"
            bench.compare("adamw", f"{_named(count)}, {case}", ways, moved=(28 if name == "fp32" else 20) * count)


def types(bench: Bench) -> list[tuple[str, torch.dtype]]:
    """The interpreter computes bf16 wrongly."""
    return [("fp32", torch.float32), ("fp16", torch.float16) if bench.tiny else ("bf16", torch.bfloat16)]


def _shapes(bench: Bench) -> list[torch.Size]:
    with torch.device("meta"):
        shapes = [weight.shape for weight in Llama(PRESETS["1b"]).parameters()]
    return [torch.Size([9, 8]), torch.Size([8])] if bench.tiny else shapes


def _drawn(bench: Bench, shapes: list[torch.Size], seed: int, dtype: torch.dtype = torch.float32) -> list[Tensor]:
    return [bench.randn(*shape, seed=seed * 1000 + at, dtype=dtype) for at, shape in enumerate(shapes)]


def _named(count: int) -> str:
    return f"{count / 1e9:.2f} B parameters"

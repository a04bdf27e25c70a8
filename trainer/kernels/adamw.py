"""AdamW (Loshchilov and Hutter 2019) on one tensor in place: decoupled decay, clipping of gradients folded in.

PyTorch's operations pass over memory a dozen times. The kernel reads and writes each number once: 28 bytes a parameter
where all is fp32, 20 with bf16 moments, and 2 more for the bf16 copy that a model beside fp32 masters computes with.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainer.kernels import choice
from trainer.kernels.wide import wide


def reference(
    weight: Tensor,
    grad: Tensor,
    first: Tensor,
    second: Tensor,
    *,
    step: int,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    scale: float | Tensor = 1.0,
    copy: Tensor | None = None,
) -> None:
    """One step, the `step`-th from 1. `first` and `second` are the moments, fp32 or bf16; all arithmetic is fp32.

    `scale` multiplies the gradient before anything else: min(1, clip / norm). `copy`, of the weight's shape, gets the
    new weight in its own type: the bf16 model beside fp32 masters.
    """
    beta1, beta2 = betas
    g = wide(grad) * scale
    m = torch.lerp(wide(first), g, 1 - beta1)
    v = torch.lerp(wide(second), g.square(), 1 - beta2)
    first.copy_(m)
    second.copy_(v)
    unbiased = v / (1 - beta2**step)
    change = m / (1 - beta1**step) / (unbiased.sqrt() + eps)
    before = wide(weight)
    weight.copy_(before - lr * (change + weight_decay * before))
    if copy is not None:
        copy.copy_(weight)


def adamw(
    weight: Tensor,
    grad: Tensor,
    first: Tensor,
    second: Tensor,
    *,
    step: int,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    scale: float | Tensor = 1.0,
    copy: Tensor | None = None,
) -> None:
    """What the optimizer calls: as `reference`, by the kernel that was chosen. Never waits for the device."""
    if choice.fused("adamw", weight):
        on_device = scale if isinstance(scale, Tensor) and scale.device == weight.device else None
        number = float(scale) if on_device is None else 1.0
        _fused(weight, grad, first, second, copy, on_device, number, step, lr, *betas, eps, weight_decay)
        return
    settings = {"step": step, "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
    reference(weight, grad, first, second, scale=scale, copy=copy, **settings)  # type: ignore[arg-type]


@torch.library.custom_op("curate::adamw", mutates_args=("weight", "first", "second", "copy"))
def _fused(
    weight: Tensor,
    grad: Tensor,
    first: Tensor,
    second: Tensor,
    copy: Tensor | None,
    scale: Tensor | None,
    number: float,
    step: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> None:
    from trainer.kernels.fused import adamw

    adamw.update(weight, grad, first, second, copy, scale, number, step, lr, beta1, beta2, eps, weight_decay)


@_fused.register_fake
def _(*_args) -> None:
    """Changes what it is given, and makes nothing."""

"""AdamW (Loshchilov and Hutter 2019) on one tensor in place: decoupled decay, clipping of gradients folded in."""

from __future__ import annotations

import torch
from torch import Tensor

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
) -> None:
    """One step, the `step`-th from 1. `first` and `second` are the moments, fp32 or bf16; all arithmetic is fp32.

    `scale` multiplies the gradient before anything else: min(1, clip / norm).
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


adamw = reference

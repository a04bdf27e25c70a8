"""SwiGLU (Shazeer 2020): silu(gate) * up. Gate and up are kept for the backward pass, silu is made anew."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from trainer.kernels import choice


def reference(gate: Tensor, up: Tensor) -> Tensor:
    """gate, up [..., F]; gives the same shape and type."""
    return F.silu(gate) * up


def swiglu(gate: Tensor, up: Tensor) -> Tensor:
    """What the model calls: as `reference`, by the kernel that was chosen."""
    return _fused(gate, up) if choice.fused("swiglu", gate) else reference(gate, up)


@torch.library.custom_op("curate::swiglu", mutates_args=())
def _fused(gate: Tensor, up: Tensor) -> Tensor:
    from trainer.kernels.fused import swiglu

    return swiglu.forward(gate, up)


@torch.library.custom_op("curate::swiglu_backward", mutates_args=())
def _fused_backward(grad: Tensor, gate: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    from trainer.kernels.fused import swiglu

    return swiglu.backward(grad, gate, up)


@_fused.register_fake
def _(gate: Tensor, up: Tensor) -> Tensor:
    return torch.empty_like(gate, memory_format=torch.contiguous_format)


@_fused_backward.register_fake
def _(grad: Tensor, gate: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    like = torch.empty_like(gate, memory_format=torch.contiguous_format)
    return like, torch.empty_like(like)


def _keep(ctx, inputs, output):
    ctx.save_for_backward(*inputs)


def _backward(ctx, grad):
    return _fused_backward(grad, *ctx.saved_tensors)


_fused.register_autograd(_backward, setup_context=_keep)

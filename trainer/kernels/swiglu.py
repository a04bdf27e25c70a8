"""SwiGLU (Shazeer 2020): silu(gate) * up. Gate and up are kept for the backward pass, silu is made anew.

`swiglu_linear` is SwiGLU with the matrix product that follows. That product's weight gradient needs silu(gate) * up
once more, and kept it would be 2 bytes in bf16 of every place: 7.5 GB of a sequence of 8,192 tokens and an 8B model's
32 layers. It is made anew by the kernel that computes the gradients of gate and up, which has read both already: 6
elements a place instead of 5.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainer.kernels import choice


class SwiGLU(nn.Module):
    """The feed-forward part of a block."""

    def __init__(self, dim: int, ffn_dim: int) -> None:
        super().__init__()
        self.w1 = nn.Linear(dim, ffn_dim, bias=False)
        self.w2 = nn.Linear(ffn_dim, dim, bias=False)
        self.w3 = nn.Linear(dim, ffn_dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.w1(x), self.w3(x)
        if type(self.w2) is nn.Linear:
            return swiglu_linear(gate, up, self.w2.weight)
        return self.w2(swiglu(gate, up))  # another module in its place, as tensor parallelism has, has its own way


def reference(gate: Tensor, up: Tensor) -> Tensor:
    """gate, up [..., F]; gives the same shape and type."""
    return F.silu(gate) * up


def swiglu(gate: Tensor, up: Tensor) -> Tensor:
    """What the model calls: as `reference`, by the kernel chosen; of unlike types or shapes the reference's."""
    return _fused(gate, up) if _alike(gate, up) and choice.fused("swiglu", gate) else reference(gate, up)


def swiglu_linear(gate: Tensor, up: Tensor, weight: Tensor) -> Tensor:
    """gate, up [..., F], weight [D, F]: swiglu(gate, up) @ weight.T, [..., D]; by its kernel without keeping swiglu."""
    if not (_alike(gate, up) and choice.fused("swiglu", gate)):
        return F.linear(reference(gate, up), weight)
    return _Linear.apply(_Kept.apply(gate, up, weight), _fused(gate.detach(), up.detach()), weight.detach())


def _alike(gate: Tensor, up: Tensor) -> bool:
    """Whether the kernel, which knows no broadcasting, may walk both by one index."""
    return (gate.dtype, gate.shape) == (up.dtype, up.shape)


class _Kept(torch.autograd.Function):
    """What the backward pass of `swiglu_linear` needs, and that pass. Computes nothing: gives a result's shape only.

    It stands before the computation because a checkpointed block is computed anew up to the last tensor that is kept.
    Here that comes before SwiGLU and its matrix product, so neither is computed a second time for nothing.
    """

    @staticmethod
    def forward(ctx, gate, up, weight):
        ctx.save_for_backward(gate, up, weight)
        return gate.new_empty(()).expand(*gate.shape[:-1], len(weight))

    @staticmethod
    def backward(ctx, grad):
        gate, up, weight = ctx.saved_tensors
        grad = grad.reshape(-1, len(weight))
        grad_product = (grad @ weight).view_as(gate)
        grad_gate, grad_up, product = _fused_backward_and_product(grad_product, gate, up)
        return grad_gate, grad_up, grad.t() @ product.view(-1, weight.shape[1]) if ctx.needs_input_grad[2] else None


class _Linear(torch.autograd.Function):
    """The matrix product, whose gradient goes on to `_Kept`. In plain sight, where checkpointing looks for products."""

    @staticmethod
    def forward(ctx, kept, product, weight):
        return F.linear(product, weight)

    @staticmethod
    def backward(ctx, grad):
        return grad, None, None


@torch.library.custom_op("curate::swiglu", mutates_args=())
def _fused(gate: Tensor, up: Tensor) -> Tensor:
    from trainer.kernels.fused import swiglu

    return swiglu.forward(gate, up)


@torch.library.custom_op("curate::swiglu_backward", mutates_args=())
def _fused_backward(grad: Tensor, gate: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    from trainer.kernels.fused import swiglu

    return swiglu.backward(grad, gate, up)


@torch.library.custom_op("curate::swiglu_backward_and_product", mutates_args=())
def _fused_backward_and_product(grad: Tensor, gate: Tensor, up: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    from trainer.kernels.fused import swiglu

    return swiglu.backward_and_product(grad, gate, up)


@_fused.register_fake
def _(gate: Tensor, up: Tensor) -> Tensor:
    return torch.empty_like(gate, memory_format=torch.contiguous_format)


@_fused_backward.register_fake
def _(grad: Tensor, gate: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    like = torch.empty_like(gate, memory_format=torch.contiguous_format)
    return like, torch.empty_like(like)


@_fused_backward_and_product.register_fake
def _(grad: Tensor, gate: Tensor, up: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    like = torch.empty_like(gate, memory_format=torch.contiguous_format)
    return like, torch.empty_like(like), torch.empty_like(like)


def _keep(ctx, inputs, output):
    ctx.save_for_backward(*inputs)


def _backward(ctx, grad):
    return _fused_backward(grad, *ctx.saved_tensors)


_fused.register_autograd(_backward, setup_context=_keep)

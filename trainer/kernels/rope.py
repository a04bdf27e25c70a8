"""Rotary positions (Su et al. 2021), in halves as Hugging Face's checkpoints have them: d turns with d + D/2.

A turn is undone by the turn back, so the backward pass needs positions and tables only: nothing of q or k is kept.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from trainer.kernels import choice
from trainer.kernels.wide import wide


class Rotary(nn.Module):
    """A module of its own, so that another way to tell positions can be put in its place."""

    def forward(self, q: Tensor, k: Tensor, positions: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
        return rope(q, k, positions, cos, sin)


def reference(q: Tensor, k: Tensor, positions: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
    """q [B, S, H, D], k [B, S, K, D], positions int [B, S]; cos, sin fp32 [longest, D/2], a row for each position."""
    c, s = cos[positions][:, :, None], sin[positions][:, :, None]
    return _turned(q, c, s), _turned(k, c, s)


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    low, high = wide(x).chunk(2, dim=-1)
    return torch.cat((low * cos - high * sin, high * cos + low * sin), dim=-1).to(x.dtype)


def rope(q: Tensor, k: Tensor, positions: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
    """What the model calls: as `reference`, by the kernel that was chosen. The tables have no gradient."""
    fused = choice.fused("rope", q) and choice.fused("rope", k)
    return _fused(q, k, positions, cos, sin, False) if fused else reference(q, k, positions, cos, sin)


@torch.library.custom_op("curate::rope", mutates_args=())
def _fused(q: Tensor, k: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, back: bool) -> tuple[Tensor, Tensor]:
    from trainer.kernels.fused import rope

    return rope.rope(q, k, positions, cos, sin, back)


@_fused.register_fake
def _(q: Tensor, k: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, back: bool) -> tuple[Tensor, Tensor]:
    return tuple(torch.empty_like(x, memory_format=torch.contiguous_format) for x in (q, k))  # type: ignore[return-value]


def _keep(ctx, inputs, output):
    ctx.save_for_backward(*inputs[2:5])
    ctx.back = inputs[5]


def _backward(ctx, grad_q, grad_k):
    return *_fused(grad_q, grad_k, *ctx.saved_tensors, not ctx.back), None, None, None, None


_fused.register_autograd(_backward, setup_context=_keep)

"""RMSNorm (Zhang and Sennrich 2019), with the addition to the residual stream that comes before it in a block.

Statistics are fp32 whatever the input is. The kernel keeps the sum, which the next addition keeps anyway, and fp32 a
row: 2 D + 4 bytes a token in bf16. Its backward pass gives one gradient for both summands, that of the stream from
later blocks added in on the way.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from trainer.kernels import choice
from trainer.kernels.wide import wide


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor, residual: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x [B, S, D]: (normed sum with the residual stream, the sum itself)."""
        return rms_norm(x, residual, self.weight, self.eps)


def reference(x: Tensor, residual: Tensor | None, weight: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """x, residual [..., D], weight [D]: the norm of x + residual, and x + residual itself, in x's type."""
    stream = x if residual is None else x + residual
    precise = wide(stream)
    scale = torch.rsqrt(precise.square().mean(-1, keepdim=True) + eps)
    return (precise * scale).to(stream.dtype) * weight, stream


def rms_norm(x: Tensor, residual: Tensor | None, weight: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """What the model calls: as `reference`, by the kernel chosen; of unlike types or shapes the reference's."""
    alike = x.dtype == weight.dtype and (residual is None or (residual.dtype, residual.shape) == (x.dtype, x.shape))
    if not (alike and choice.fused("rms_norm", x)):
        return reference(x, residual, weight, eps)
    normed, stream, _ = _fused(x, residual, weight, eps)
    return normed, x if residual is None else stream


@torch.library.custom_op("curate::rms_norm", mutates_args=())
def _fused(x: Tensor, residual: Tensor | None, weight: Tensor, eps: float) -> tuple[Tensor, Tensor, Tensor]:
    from trainer.kernels.fused import rms_norm

    return rms_norm.forward(x, residual, weight, eps)


@torch.library.custom_op("curate::rms_norm_backward", mutates_args=())
def _fused_backward(
    grad: Tensor, grad_stream: Tensor | None, stream: Tensor, weight: Tensor, rstd: Tensor
) -> tuple[Tensor, Tensor]:
    from trainer.kernels.fused import rms_norm

    return rms_norm.backward(grad, grad_stream, stream, weight, rstd)


@_fused.register_fake
def _(x: Tensor, residual: Tensor | None, weight: Tensor, eps: float) -> tuple[Tensor, Tensor, Tensor]:
    normed = torch.empty_like(x, memory_format=torch.contiguous_format)
    stream = torch.empty_like(normed) if residual is not None else x.new_empty(0)
    return normed, stream, x.new_empty(x.shape[:-1], dtype=torch.float32)


@_fused_backward.register_fake
def _(grad: Tensor, grad_stream: Tensor | None, stream: Tensor, weight: Tensor, rstd: Tensor) -> tuple[Tensor, Tensor]:
    return torch.empty_like(stream, memory_format=torch.contiguous_format), torch.empty_like(weight)


def _keep(ctx, inputs, output):
    x, residual, weight, _ = inputs
    _, stream, rstd = output
    ctx.alone = residual is None
    ctx.save_for_backward(x if ctx.alone else stream, weight, rstd)
    ctx.set_materialize_grads(False)  # the last norm's stream has none, and zeros would be read like others


def _backward(ctx, grad, grad_stream, _):
    stream, weight, rstd = ctx.saved_tensors
    along = None if ctx.alone else grad_stream
    if grad is None:
        return along, along, None, None
    grad_x, grad_weight = _fused_backward(grad, along, stream, weight, rstd)
    return grad_x, None if ctx.alone else grad_x, grad_weight, None


_fused.register_autograd(_backward, setup_context=_keep)

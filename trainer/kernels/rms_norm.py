"""RMSNorm (Zhang and Sennrich 2019), with the addition to the residual stream that comes before it in a block.

Statistics are fp32 whatever the input is.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainer.kernels.wide import wide


def reference(x: Tensor, residual: Tensor | None, weight: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """x, residual [..., D], weight [D]: the norm of x + residual, and x + residual itself, in x's type."""
    stream = x if residual is None else x + residual
    precise = wide(stream)
    scale = torch.rsqrt(precise.square().mean(-1, keepdim=True) + eps)
    return (precise * scale).to(stream.dtype) * weight, stream


rms_norm = reference

"""Rotary positions (Su et al. 2021), in halves as Hugging Face's checkpoints have them: d turns with d + D/2."""

from __future__ import annotations

import torch
from torch import Tensor

from trainer.kernels.wide import wide


def reference(q: Tensor, k: Tensor, positions: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
    """q [B, S, H, D], k [B, S, K, D], positions int [B, S]; cos, sin fp32 [longest, D/2], a row for each position."""
    c, s = cos[positions][:, :, None], sin[positions][:, :, None]
    return _turned(q, c, s), _turned(k, c, s)


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    low, high = wide(x).chunk(2, dim=-1)
    return torch.cat((low * cos - high * sin, high * cos + low * sin), dim=-1).to(x.dtype)


rope = reference

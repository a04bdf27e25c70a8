"""Tables of rotary frequencies, with Llama 3.1's scaling for contexts longer than those of pretraining."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from trainer.config import ModelConfig, RopeScaling


def tables(config: ModelConfig, length: int, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """cos and sin, fp32 [length, head_dim / 2], a row for each position."""
    angles = torch.arange(length, device=device, dtype=torch.float32)[:, None] * frequencies(config).to(device)[None]
    return angles.cos(), angles.sin()


def frequencies(config: ModelConfig) -> Tensor:
    """Radians a token, fp32 [head_dim / 2]."""
    exponents = torch.arange(0, config.head_dim, 2, dtype=torch.int64).float() / config.head_dim
    plain = 1.0 / (config.rope_theta**exponents)
    return plain if config.rope_scaling is None else _scaled(plain, config.rope_scaling)


def _scaled(plain: Tensor, scaling: RopeScaling) -> Tensor:
    turns = scaling.original_length * plain / (2 * math.pi)  # full turns within the pretrained length
    low, high = scaling.low_freq_factor, scaling.high_freq_factor
    kept = ((turns - low) / (high - low)).clamp(0, 1)
    return (1 - kept) * plain / scaling.factor + kept * plain

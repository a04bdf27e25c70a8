"""The type in which references compute: fp32 of all that is narrower, so that bf16 loses nothing within an operation.

float64 stays what it is: gradients are checked in it against differences.
"""

from __future__ import annotations

import torch
from torch import Tensor


def wide(x: Tensor) -> Tensor:
    """x in fp32, or as it is in float64."""
    return x if x.dtype == torch.float64 else x.float()

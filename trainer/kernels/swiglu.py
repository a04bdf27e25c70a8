"""SwiGLU (Shazeer 2020): silu(gate) * up."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def reference(gate: Tensor, up: Tensor) -> Tensor:
    """gate, up [..., F]; gives the same shape and type."""
    return F.silu(gate) * up


swiglu = reference

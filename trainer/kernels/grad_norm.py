"""The square of the norm of all gradients of a rank, added up in fp32."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer.kernels.wide import wide


def reference(grads: Sequence[Tensor]) -> Tensor:
    """The sum of squares of all elements, an fp32 scalar on the gradients' device; 0 of none."""
    if not grads:
        return torch.zeros((), dtype=torch.float32)
    return torch.stack([wide(grad).square().sum() for grad in grads]).sum()


grad_norm = reference

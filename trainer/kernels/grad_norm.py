"""The square of the norm of all gradients of a rank, added up in fp32.

The kernel reads each gradient once, in two launches whatever their number, and adds up in one order always.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer.kernels import choice
from trainer.kernels.wide import wide


def reference(grads: Sequence[Tensor]) -> Tensor:
    """The sum of squares of all elements, an fp32 scalar on the gradients' device; 0 of none."""
    if not grads:
        return torch.zeros((), dtype=torch.float32)
    return torch.stack([wide(grad).square().sum() for grad in grads]).sum()


def grad_norm(grads: Sequence[Tensor]) -> Tensor:
    """What the engine calls: as `reference`, by the kernel that was chosen. Never waits for the device."""
    if grads and all(choice.fused("grad_norm", grad) for grad in grads):
        return _fused(grads)
    return reference(grads)


@torch.library.custom_op("curate::grad_norm", mutates_args=())
def _fused(grads: Sequence[Tensor]) -> Tensor:
    from trainer.kernels.fused import grad_norm

    return grad_norm.sum_of_squares(grads)


@_fused.register_fake
def _(grads: Sequence[Tensor]) -> Tensor:
    return grads[0].new_empty((), dtype=torch.float32)

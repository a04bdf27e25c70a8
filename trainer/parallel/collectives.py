"""Collectives that gradients pass through: each one's backward pass is the other.

A gather of parts that every rank then uses in its own way gets back the sum of what the ranks say; a sum of which a
rank keeps its part gets back all parts.
"""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.tensor import DTensor

SUM_PART = torch.ops._c10d_functional.reduce_scatter_tensor.default


def gathered(x: Tensor, group: dist.ProcessGroup, dim: int = 1) -> Tensor:
    """The ranks' parts of x side by side along `dim`; backward sums, and each rank has its part of the sum."""
    return _Gather.apply(x, group, dim)


def summed_part(x: Tensor, group: dist.ProcessGroup, dim: int = 1) -> Tensor:
    """This rank's part along `dim` of the sum over ranks; backward gathers."""
    return _SumPart.apply(x, group, dim)


def local(weight: Tensor) -> Tensor:
    """This rank's part of a weight; its gradient is taken for a part of the same cut."""
    return weight.to_local() if isinstance(weight, DTensor) else weight


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, group: dist.ProcessGroup, dim: int) -> Tensor:
        ctx.group, ctx.dim = group, dim
        return _gather(x, group, dim)

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, None, None]:
        return _sum_part(grad, ctx.group, ctx.dim), None, None


class _SumPart(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, group: dist.ProcessGroup, dim: int) -> Tensor:
        ctx.group, ctx.dim = group, dim
        return _sum_part(x, group, dim)

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, None, None]:
        return _gather(grad, ctx.group, ctx.dim), None, None


def _gather(x: Tensor, group: dist.ProcessGroup, dim: int) -> Tensor:
    parts = x.new_empty((group.size(), *x.shape))
    dist.all_gather_into_tensor(parts.flatten(0, 1), x.contiguous(), group=group)
    return torch.cat(parts.unbind(0), dim)


def _sum_part(x: Tensor, group: dist.ProcessGroup, dim: int) -> Tensor:
    parts = torch.cat(x.chunk(group.size(), dim))  # a rank's part after another's, along the first axis
    # An operation with a result, not a buffer filled: selective checkpointing can keep it.
    mine = SUM_PART(parts, "sum", group.size(), group.group_name)
    return torch.ops._c10d_functional.wait_tensor(mine)

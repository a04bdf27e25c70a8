"""The last linear layer and cross-entropy where each rank of tensor parallelism has a part of the vocabulary.

The ranks need of each other, for each token, the largest logit, the sum of exponentials and the target's logit: three
numbers instead of 128,256 (Shoeybi et al. 2019, 3). As in `trainer.kernels.linear_cross_entropy` this goes by chunks
of tokens: no more than a chunk x V / ranks of logits are ever held. In plain PyTorch the backward pass makes a chunk's
logits anew. The Triton kernels make gradients in the forward pass, as soon as the ranks have told each other a chunk's
numbers, which are two: a rank's largest logit and its sum are one, its logsumexp.
"""

from __future__ import annotations

from functools import partial

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor

from trainer.kernels import choice
from trainer.kernels.chunks import CHUNK


def vocabulary_cross_entropy(
    hidden: Tensor,
    weight: Tensor,
    targets: Tensor,
    weights: Tensor,
    group: dist.ProcessGroup,
    z_loss: float = 0.0,
    chunk: int = CHUNK,
) -> tuple[Tensor, Tensor]:
    """hidden [N, D], the same on all ranks; weight [V / ranks, D]; targets int64 [N] of the whole vocabulary.

    Gives what `linear_cross_entropy` does, on every rank, by the kernel that was chosen for it; `chunk` is the
    reference's. The gradient of hidden is this rank's share of it.
    """
    if choice.fused("linear_cross_entropy", hidden):
        wanted = tuple(torch.is_grad_enabled() and x.requires_grad for x in (hidden, weight))
        return _Fused.apply(hidden, weight, targets, weights, group, float(z_loss), wanted)
    return _Loss.apply(hidden, weight, targets, weights, group, z_loss, chunk)


class _Loss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, hidden, weight, targets, weights, group, z_loss, chunk):
        own = targets - group.rank() * len(weight)
        total, each = hidden.new_zeros((), dtype=torch.float32), []
        for at in range(0, len(hidden), chunk):
            part = slice(at, at + chunk)
            lse, target = _over_ranks(F.linear(hidden[part], weight).float(), own[part], group)
            loss = lse - target + z_loss * lse.square()
            total = total + (weights[part] * loss).sum()
            each.append(torch.stack((lse, lse - target)))
        lse, nll = torch.cat(each, 1).unbind(0)
        ctx.save_for_backward(hidden, weight, own, weights, lse)
        ctx.z_loss, ctx.chunk = z_loss, chunk
        ctx.mark_non_differentiable(nll)
        return total, nll

    @staticmethod
    def backward(ctx, grad, _):
        hidden, weight, own, weights, lse = ctx.saved_tensors
        grad_hidden, grad_weight = torch.empty_like(hidden), torch.zeros_like(weight, dtype=torch.float32)
        for at in range(0, len(hidden), ctx.chunk):
            part = slice(at, at + ctx.chunk)
            scale = weights[part] * grad
            change = (F.linear(hidden[part], weight).float() - lse[part, None]).exp_()  # the probabilities
            change *= (scale * (1 + 2 * ctx.z_loss * lse[part]))[:, None]
            inside, place = _within(own[part], len(weight))
            change.scatter_add_(1, place[:, None], -(scale * inside)[:, None])
            change = change.to(hidden.dtype)
            grad_hidden[part] = change @ weight
            grad_weight += change.T @ hidden[part]
        return grad_hidden, grad_weight.to(weight.dtype), None, None, None, None, None


class _Fused(torch.autograd.Function):
    @staticmethod
    def forward(ctx, hidden, weight, targets, weights, group, z_loss, wanted):
        from trainer.kernels.fused import linear_cross_entropy

        own, sums, (of_hidden, of_weight) = targets - group.rank() * len(weight), partial(_sums, group=group), wanted
        loss, nll, *grads = linear_cross_entropy.forward(
            hidden, weight, own, weights, z_loss, of_hidden, of_weight, sums
        )
        ctx.save_for_backward(*grads)
        ctx.wanted, ctx.types = wanted, (hidden.dtype, weight.dtype)
        ctx.mark_non_differentiable(nll)
        return loss, nll

    @staticmethod
    def backward(ctx, grad, _):
        from trainer.kernels.fused.linear_cross_entropy import scaled

        found = zip(ctx.saved_tensors, ctx.types, ctx.wanted, strict=True)
        grads = [scaled(x, grad, dtype) if wanted else None for x, dtype, wanted in found]
        return *grads, None, None, None, None, None


def _sums(lse: Tensor, target: Tensor, group: dist.ProcessGroup) -> tuple[Tensor, Tensor]:
    """logsumexp and the target's logit of all words, of this rank's."""
    largest = lse.clone()
    dist.all_reduce(largest, dist.ReduceOp.MAX, group=group)
    sums = torch.stack(((lse - largest).exp(), target))
    dist.all_reduce(sums, group=group)
    return largest + sums[0].log(), sums[1]


def _over_ranks(logits: Tensor, own: Tensor, group: dist.ProcessGroup) -> tuple[Tensor, Tensor]:
    """logsumexp and the target's logit, each [tokens], of logits [tokens, V / ranks]."""
    largest = logits.amax(1)
    dist.all_reduce(largest, dist.ReduceOp.MAX, group=group)
    inside, place = _within(own, logits.shape[1])
    target = logits.gather(1, place[:, None])[:, 0] * inside
    sums = torch.stack(((logits - largest[:, None]).exp().sum(1), target))
    dist.all_reduce(sums, group=group)
    return largest + sums[0].log(), sums[1]


def _within(own: Tensor, words: int) -> tuple[Tensor, Tensor]:
    """Whether a target is one of this rank's words, and which: the first where it is not."""
    inside = (own >= 0) & (own < words)
    return inside, own.masked_fill(~inside, 0)

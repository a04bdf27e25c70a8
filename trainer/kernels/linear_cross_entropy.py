"""The last linear layer and cross-entropy together, in chunks of tokens, so that the logits are never held whole.

8,192 tokens of 128,256 logits are 4 GB in fp32. The reference makes each chunk's logits anew in the backward pass:
four matrix products. The fused way makes the gradients in the forward pass, while a chunk's logits are there, which
the backward pass has only to scale: three (as Liger-Kernel does, Hsu et al. 2024); `fused.linear_cross_entropy` says
what that costs. The z-loss (Chowdhery et al. 2022, 5) is z_loss * logsumexp^2: it keeps the logits from drifting.

Logits are rounded to the weight's type by either way and widened to fp32 again, and so are their gradients. The fused
way sums the weight's gradient over chunks in fp32 and rounds it once; the reference sums in the weight's type.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from trainer.kernels import choice
from trainer.kernels.chunks import CHUNK, HELD
from trainer.kernels.wide import wide


def reference(
    hidden: Tensor, weight: Tensor, targets: Tensor, weights: Tensor, z_loss: float = 0.0, chunk: int = CHUNK
) -> tuple[Tensor, Tensor]:
    """hidden [N, D], weight [V, D], targets int64 [N], weights fp32 [N].

    Gives the loss, a scalar: the sum of weights * (nll + z_loss * lse^2), and nll fp32 [N] in nats, which has no
    gradient. A token of weight 0 adds nothing, whatever its target (which still is one of the V).
    """
    total = wide(hidden.new_zeros(()))
    each: list[Tensor] = []
    for at in range(0, len(hidden), chunk):
        part = slice(at, at + chunk)
        given = (hidden[part], weight, targets[part], weights[part], z_loss)
        held = len(hidden) * len(weight) <= HELD
        loss, nll = _of_chunk(*given) if held else checkpoint(_of_chunk, *given, use_reentrant=False)
        total, each = total + loss, [*each, nll.detach()]
    return total, torch.cat(each) if each else wide(hidden.new_zeros(0))


def _of_chunk(hidden: Tensor, weight: Tensor, targets: Tensor, weights: Tensor, z_loss: float) -> tuple[Tensor, Tensor]:
    logits = wide(F.linear(hidden, weight))
    lse = torch.logsumexp(logits, dim=-1)
    nll = lse - logits.gather(1, targets[:, None])[:, 0]
    loss = nll if not z_loss else nll + z_loss * lse.square()
    return (weights * loss).sum(), nll


def linear_cross_entropy(
    hidden: Tensor, weight: Tensor, targets: Tensor, weights: Tensor, z_loss: float = 0.0
) -> tuple[Tensor, Tensor]:
    """What the model calls: as `reference`, by the kernel that was chosen. `weights` get no gradient."""
    if not choice.fused("linear_cross_entropy", hidden):
        return reference(hidden, weight, targets, weights, z_loss)
    of_hidden, of_weight = (torch.is_grad_enabled() and x.requires_grad for x in (hidden, weight))
    loss, nll, _, _ = _fused(hidden, weight, targets, weights, float(z_loss), of_hidden, of_weight)
    return loss, nll.detach()


class LinearCrossEntropy(nn.Linear):
    """The last layer of a model: logits, or where targets are given the loss without ever holding them. No bias."""

    def __init__(self, in_features: int, out_features: int, bias: bool = False) -> None:
        if bias:
            raise ValueError("LinearCrossEntropy has no bias: Llama's last layer has none")
        super().__init__(in_features, out_features, bias=False)

    def forward(  # type: ignore[override]
        self, x: Tensor, targets: Tensor | None = None, weights: Tensor | None = None, z_loss: float = 0.0
    ) -> Tensor | tuple[Tensor, Tensor]:
        """x [B, S, D], targets and weights [B, S], each token's weight 1 where none are given; gives logits [B, S, V],
        or the loss, summed, and nll [B, S].
        """
        if targets is None:
            return super().forward(x)
        if weights is None:
            weights = torch.ones(targets.shape, device=x.device)
        loss, nll = linear_cross_entropy(x.flatten(0, 1), self.weight, targets.flatten(), weights.flatten(), z_loss)
        return loss, nll.view(targets.shape)


@torch.library.custom_op("curate::linear_cross_entropy", mutates_args=())
def _fused(
    hidden: Tensor, weight: Tensor, targets: Tensor, weights: Tensor, z_loss: float, of_hidden: bool, of_weight: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Loss, nll, and in fp32 the gradients of hidden and weight, each empty where it is not wanted."""
    from trainer.kernels.fused import linear_cross_entropy

    return linear_cross_entropy.forward(hidden, weight, targets, weights, z_loss, of_hidden, of_weight)


@torch.library.custom_op("curate::linear_cross_entropy_backward", mutates_args=())
def _fused_backward(grad: Tensor, found: Tensor, dtype: torch.dtype) -> Tensor:
    """What the forward pass found, times the gradient of the loss."""
    from trainer.kernels.fused import linear_cross_entropy

    return linear_cross_entropy.scaled(found, grad, dtype)


@_fused.register_fake
def _(
    hidden: Tensor, weight: Tensor, targets: Tensor, weights: Tensor, z_loss: float, of_hidden: bool, of_weight: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    loss, nll = (hidden.new_empty(shape, dtype=torch.float32) for shape in ((), len(hidden)))
    grads = ((hidden, of_hidden), (weight, of_weight))
    grad_hidden, grad_weight = (x.new_empty(x.shape if wanted else 0, dtype=torch.float32) for x, wanted in grads)
    return loss, nll, grad_hidden, grad_weight


@_fused_backward.register_fake
def _(grad: Tensor, found: Tensor, dtype: torch.dtype) -> Tensor:
    return torch.empty_like(found, dtype=dtype)


def _keep(ctx, inputs, output):
    hidden, weight, *_, ctx.of_hidden, ctx.of_weight = inputs
    ctx.types = hidden.dtype, weight.dtype
    ctx.save_for_backward(*output[2:])
    ctx.set_materialize_grads(False)  # else the results that nobody uses get gradients of zeros, gigabytes of them


def _backward(ctx, grad, *_):
    found = zip(ctx.saved_tensors, ctx.types, (ctx.of_hidden, ctx.of_weight), strict=True)
    grads = [_fused_backward(grad, x, dtype) if wanted and grad is not None else None for x, dtype, wanted in found]
    return *grads, None, None, None, None, None


_fused.register_autograd(_backward, setup_context=_keep)

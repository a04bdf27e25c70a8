"""The last linear layer and cross-entropy together, in chunks of tokens, so that the logits are never held whole.

8,192 tokens of 128,256 logits are 4 GB in fp32. Each chunk's logits are made anew in the backward pass.
The z-loss (Chowdhery et al. 2022, 5) is z_loss * logsumexp^2: it keeps the logits from drifting.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint

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


linear_cross_entropy = reference

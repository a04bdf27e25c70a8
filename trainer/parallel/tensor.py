"""Tensor and sequence parallelism (Shoeybi et al. 2019; Korthikanti et al. 2022): ranks share a block's matrices.

Each rank has some heads, some of the feed-forward width, some of the vocabulary. Between them, at the norms and the
residual stream, it has some of the sequence instead. A norm hands on the whole sequence, and what writes to the
stream sums over ranks and keeps its part: four collectives a block and pass, of the activations' size.

Weights are DTensors, so that checkpoints know how they are cut, but what is computed with is this rank's plain part:
the kernels take no others. A norm's weight is whole on each rank, its gradient that of a part of the sequence:
`sum_norms` adds these up once a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import Placement, Replicate, Shard, distribute_tensor

from trainer.kernels.linear_cross_entropy import LinearCrossEntropy
from trainer.kernels.rms_norm import RMSNorm, rms_norm
from trainer.model import Block, Llama
from trainer.parallel.checkpointing import not_kept
from trainer.parallel.collectives import gathered, local, summed_part
from trainer.parallel.vocabulary import vocabulary_cross_entropy

Part = TypeVar("Part", bound=nn.Module)


def parallelize(model: Llama, mesh: DeviceMesh) -> None:
    """Cut the weights of `model`, which lie on the meta device still, over the ranks of `mesh`."""
    for block in model.layers.values():
        assert isinstance(block, Block)
        block.attention_norm, block.ffn_norm = _norm(block.attention_norm, mesh), _norm(block.ffn_norm, mesh)
        for module, names, wide in (
            (block.attention, ("wq", "wk", "wv"), ColumnLinear),
            (block.feed_forward, ("w1", "w3"), ColumnLinear),
            (block.attention, ("wo",), RowLinear),
            (block.feed_forward, ("w2",), RowLinear),
        ):
            for name in names:
                setattr(module, name, _linear(getattr(module, name), wide, mesh))
    if model.tok_embeddings is not None:
        model.tok_embeddings = _embedding(model.tok_embeddings, mesh)
    if model.norm is not None:
        model.norm = _norm(model.norm, mesh)
    if model.output is not None:
        model.output = _linear(model.output, VocabularyOutput, mesh)
    model.tie()


@torch.no_grad()
def sum_norms(parameters: Mapping[str, Tensor], group: dist.ProcessGroup) -> None:
    """Make the gradients of the norms' weights whole: one small all-reduce, after the last backward pass of a step."""
    grads = [local(weight.grad) for weight in parameters.values() if weight.dim() == 1 and weight.grad is not None]
    if not grads:
        return
    flat = torch.cat(grads)
    dist.all_reduce(flat, group=group)
    for grad, summed in zip(grads, flat.split([len(grad) for grad in grads]), strict=True):
        grad.copy_(summed)


class SequenceNorm(RMSNorm):
    """x, residual [B, S / ranks, D]; the norm comes out as [B, S, D], the sum as it went in."""

    group: dist.ProcessGroup

    def forward(self, x: Tensor, residual: Tensor | None = None) -> tuple[Tensor, Tensor]:
        y, stream = rms_norm(x, residual, local(self.weight), self.eps)
        return gathered(y, self.group), stream


class ColumnLinear(nn.Linear):
    """[B, S, D] to this rank's part of the outputs."""

    group: dist.ProcessGroup

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, local(self.weight))


class RowLinear(nn.Linear):
    """This rank's part of the inputs, [B, S, in / ranks], to its part of the sequence, [B, S / ranks, D]."""

    group: dist.ProcessGroup

    def forward(self, x: Tensor) -> Tensor:
        with not_kept():  # the whole sequence on each rank: the part of the sum is kept instead
            product = F.linear(x, local(self.weight))
        return summed_part(product, self.group)


class VocabularyEmbedding(nn.Embedding):
    """tokens [B, S] to [B, S / ranks, D]: each rank looks up the words it has, and the others are zero."""

    group: dist.ProcessGroup

    def forward(self, tokens: Tensor) -> Tensor:
        weight = local(self.weight)
        at = tokens - self.group.rank() * len(weight)
        outside = (at < 0) | (at >= len(weight))
        found = F.embedding(at.masked_fill(outside, 0), weight).masked_fill(outside[..., None], 0)
        return summed_part(found, self.group)


class VocabularyOutput(LinearCrossEntropy):
    """hidden [B, S, D] to logits [B, S, V], or to the loss without them."""

    group: dist.ProcessGroup

    def forward(  # type: ignore[override]
        self, x: Tensor, targets: Tensor | None = None, weights: Tensor | None = None, z_loss: float = 0.0
    ) -> Tensor | tuple[Tensor, Tensor]:
        weight = local(self.weight)
        if targets is None:
            return gathered(F.linear(x, weight), self.group, -1)
        assert weights is not None
        loss, nll = vocabulary_cross_entropy(
            x.flatten(0, 1), weight, targets.flatten(), weights.flatten(), self.group, z_loss
        )
        return loss, nll.view(targets.shape)


def _norm(of: RMSNorm, mesh: DeviceMesh) -> SequenceNorm:
    with torch.device("meta"):
        return _cut(SequenceNorm(len(of.weight), of.eps), mesh, Replicate())


def _linear(of: nn.Linear, kind: type[Part], mesh: DeviceMesh) -> Part:
    with torch.device("meta"):
        return _cut(kind(of.in_features, of.out_features, bias=False), mesh, Shard(1 if kind is RowLinear else 0))


def _embedding(of: nn.Embedding, mesh: DeviceMesh) -> VocabularyEmbedding:
    with torch.device("meta"):
        return _cut(VocabularyEmbedding(of.num_embeddings, of.embedding_dim), mesh, Shard(0))


def _cut(module: Part, mesh: DeviceMesh, placement: Placement) -> Part:
    weight = module.get_parameter("weight")
    module.register_parameter("weight", nn.Parameter(distribute_tensor(weight, mesh, [placement], src_data_rank=None)))
    module.__dict__["group"] = mesh.get_group()
    return module

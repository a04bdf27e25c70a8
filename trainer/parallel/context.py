"""Context parallelism: each rank has some rows of every sequence, and gathers the keys and values of all of them.

As Llama 3 does it (Grattafiori et al. 2024, 3.3.2) instead of passing them around a ring: with the mask of documents
a ring's steps are uneven, and under grouped-query attention keys and values are small beside the queries (8 of 128
heads). The last rows attend to the most keys, so a sequence is cut into 2 x ranks chunks and rank i has the i-th from
the start and the i-th from the end: the causal mask's work is then the same for each.
It costs one all-gather of k and v a layer forward, and a reduce-scatter backward.
"""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import Tensor

from trainer.kernels.attention import DocumentAttention, attention
from trainer.model import Block, Llama
from trainer.parallel.collectives import gathered


def parallelize(model: Llama, group: dist.ProcessGroup) -> None:
    """Put attention over gathered keys in the place of the plain one."""
    for block in model.layers.values():
        assert isinstance(block, Block)
        block.attention.inner = ContextAttention(group)


def part(rows: Tensor, rank: int, ranks: int) -> Tensor:
    """Of [B, S] the two chunks of this rank, [B, S / ranks]."""
    chunks = rows.chunk(2 * ranks, 1)
    return torch.cat((chunks[rank], chunks[-1 - rank]), 1)


def whole(parts: Tensor, ranks: int) -> Tensor:
    """What all ranks have of [B, S, ...], in the order of ranks, put into the order of the sequence."""
    chunks = parts.chunk(2 * ranks, 1)
    return torch.cat((*chunks[::2], *chunks[-1::-2]), 1)


class ContextAttention(DocumentAttention):
    """q [B, S / ranks, H, D], k and v of the same rows: each chunk of queries against all keys up to its end."""

    def __init__(self, group: dist.ProcessGroup) -> None:
        super().__init__()
        self.group = group

    def forward(self, q: Tensor, k: Tensor, v: Tensor, starts: Tensor) -> Tensor:
        ranks, rank = self.group.size(), self.group.rank()
        # Keys and values go together, one behind the other along the heads.
        keys, values = whole(gathered(torch.cat((k, v), 2), self.group), ranks).split((k.shape[2], v.shape[2]), 2)
        length = q.shape[1] // 2
        done = []
        for at, first_row in ((0, rank * length), (length, (2 * ranks - 1 - rank) * length)):
            mine, end = slice(at, at + length), first_row + length
            done.append(attention(q[:, mine], keys[:, :end], values[:, :end], starts[:, mine], first_row))
        return torch.cat(done, 1)

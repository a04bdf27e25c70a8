"""Llama 3 in plain PyTorch: what a block computes, and nothing of how it is spread over ranks.

Parallelism is applied from outside (`trainer.parallel`), and the costly operations are `trainer.kernels`'. Parts may
be absent (`tok_embeddings`, `norm` and `output` of a stage in the middle of a pipeline): the model passes on what it
has. Weights are drawn from N(0, 0.02), those that write to the residual stream scaled down by sqrt(2 * layers)
(Radford et al. 2019).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from trainer import rope
from trainer.config import ModelConfig
from trainer.kernels.attention import DocumentAttention
from trainer.kernels.linear_cross_entropy import LinearCrossEntropy
from trainer.kernels.rms_norm import RMSNorm
from trainer.kernels.rope import Rotary
from trainer.kernels.swiglu import SwiGLU

STD = 0.02


class Attention(nn.Module):
    """Grouped-query attention (Ainslie et al. 2023)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.head_dim = config.head_dim
        self.wq = nn.Linear(config.dim, config.heads * config.head_dim, bias=False)
        self.wk = nn.Linear(config.dim, config.kv_heads * config.head_dim, bias=False)
        self.wv = nn.Linear(config.dim, config.kv_heads * config.head_dim, bias=False)
        self.wo = nn.Linear(config.heads * config.head_dim, config.dim, bias=False)
        self.rotary = Rotary()
        self.inner = DocumentAttention()

    def forward(self, x: Tensor, starts: Tensor, positions: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        q, k, v = (w(x).unflatten(-1, (-1, self.head_dim)) for w in (self.wq, self.wk, self.wv))  # [B, S, heads, D]
        q, k = self.rotary(q, k, positions, cos, sin)
        return self.wo(self.inner(q, k, v, starts).flatten(-2))


class Block(nn.Module):
    """x is what the block before has not yet added to the residual stream, so that sum and norm are one operation."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.attention_norm = RMSNorm(config.dim, config.norm_eps)
        self.attention = Attention(config)
        self.ffn_norm = RMSNorm(config.dim, config.norm_eps)
        self.feed_forward = SwiGLU(config.dim, config.ffn_dim)

    def forward(
        self, x: Tensor, residual: Tensor | None, starts: Tensor, positions: Tensor, cos: Tensor, sin: Tensor
    ) -> tuple[Tensor, Tensor]:
        y, residual = self.attention_norm(x, residual)
        y, residual = self.ffn_norm(self.attention(y, starts, positions, cos, sin), residual)
        return self.feed_forward(y), residual


class Llama(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.tok_embeddings: nn.Embedding | None = nn.Embedding(config.vocab_size, config.dim)
        self.layers = nn.ModuleDict({str(at): Block(config) for at in range(config.layers)})
        self.norm: RMSNorm | None = RMSNorm(config.dim, config.norm_eps)
        self.output: LinearCrossEntropy | None = LinearCrossEntropy(config.dim, config.vocab_size, bias=False)
        self.tie()
        self._tables: tuple[Tensor, Tensor] | None = None

    def tie(self) -> None:
        """Make embedding and output one weight, where they are to be."""
        if self.config.tied_embeddings and self.output is not None and self.tok_embeddings is not None:
            self.output.weight = self.tok_embeddings.weight

    def forward(
        self,
        tokens: Tensor,
        starts: Tensor,
        positions: Tensor | None = None,
        targets: Tensor | None = None,
        weights: Tensor | None = None,
        z_loss: float = 0.0,
    ) -> Tensor | tuple[Tensor, Tensor]:
        """tokens int64 [B, S] (a later stage of a pipeline: hidden [B, S, D]); starts int32 [B, S], the row at which
        the document of each row begins.

        Gives logits [B, S, V]; with targets int64 [B, S] and weights fp32 [B, S] the weighted sum of the losses and
        the losses [B, S] in nats, without gradient; a stage that is not the last gives hidden [B, S, D]. Positions
        count from the document's start where none are given (they are where this rank has a part of the row).
        """
        if positions is None:
            positions = torch.arange(tokens.shape[1], device=tokens.device)[None] - starts
        cos, sin = self._rotary(starts.device)
        x, residual = self.tok_embeddings(tokens) if self.tok_embeddings is not None else tokens, None
        for block in self.layers.values():
            x, residual = block(x, residual, starts, positions, cos, sin)
        if self.norm is None or self.output is None:
            return x if residual is None else x + residual
        hidden, _ = self.norm(x, residual)
        return self.output(hidden, targets, weights, z_loss)

    longest = 8192

    def set_longest(self, length: int) -> None:
        """Make room for rows of `length` tokens; a model is given none longer."""
        self.longest, self._tables = length, None

    def _rotary(self, device: torch.device) -> tuple[Tensor, Tensor]:
        if self._tables is None or self._tables[0].device != device:
            self._tables = rope.tables(self.config, self.longest, device)
        return self._tables

    @torch.no_grad()
    def init_weights(self, seed: int) -> None:
        """Draw the weights: each tensor from a generator of its own, so that a part of the model draws the same."""
        for name, weight in self.named_parameters():
            weight.copy_(draw(name, weight.shape, self.config, seed, weight.device))


def draw(name: str, shape: torch.Size, config: ModelConfig, seed: int, device: torch.device) -> Tensor:
    """The first values of the tensor of this full name, fp32, whole."""
    return drawn_from(torch.Generator(device).manual_seed(_seed_of(name, seed)), name, shape, config)


def drawn_from(generator: torch.Generator, name: str, shape: torch.Size, config: ModelConfig) -> Tensor:
    weight = torch.ones(shape, device=generator.device)
    if len(shape) == 1:
        return weight
    narrow = math.sqrt(2 * config.layers) if name.endswith(("wo.weight", "w2.weight")) else 1.0
    return nn.init.trunc_normal_(weight, std=STD / narrow, a=-3 * STD, b=3 * STD, generator=generator)


def _seed_of(name: str, seed: int) -> int:
    import xxhash

    return xxhash.xxh3_64_intdigest(name.encode(), seed=seed) >> 1

"""How many parameters a model has, and how many floating-point operations a token of training costs.

A matrix costs 2 operations a weight and token forward and 4 backward; a query costs 4 * head_dim a head and key it
attends to, and twice that backward. Looking a token up in the embedding costs nothing; norms, rotary turns, softmax
and the optimizer are left out, as all conventions do. Activations made anew are not counted: utilisation is of the
work that the model asks for (Chowdhery et al. 2022, appendix B).

Three conventions differ by the keys that a token is said to attend to: PaLM's takes the whole row, `causal` half of
it, `exact` those that the document mask leaves. Llama 3 8B at 8,192: 57.9, 51.5, and less, in GFLOP a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from trainer.config import ModelConfig


@dataclass(frozen=True)
class Parameters:
    """Counts over all layers; `output` is 0 where the embedding serves as the output as well."""

    embedding: int
    attention: int
    feed_forward: int
    norms: int
    output: int
    multiplied: int  # weights that every token is multiplied by: all matrices but a lookup

    @property
    def blocks(self) -> int:
        """Weights of the layers alone, which is what proxies are named for."""
        return self.attention + self.feed_forward

    @property
    def total(self) -> int:
        return self.embedding + self.attention + self.feed_forward + self.norms + self.output


class PerToken(NamedTuple):
    """Operations a token, forward and backward."""

    causal: float
    palm: float


def parameters(config: ModelConfig) -> Parameters:
    """What `Llama(config)` holds, by counting alone."""
    attention = config.layers * 2 * config.dim * config.head_dim * (config.heads + config.kv_heads)
    feed_forward = config.layers * 3 * config.dim * config.ffn_dim
    table = config.vocab_size * config.dim
    return Parameters(
        embedding=table,
        attention=attention,
        feed_forward=feed_forward,
        norms=(2 * config.layers + 1) * config.dim,
        output=0 if config.tied_embeddings else table,
        multiplied=attention + feed_forward + table,
    )


def per_token(config: ModelConfig, length: int) -> PerToken:
    """For rows of `length` tokens, whatever documents they hold."""
    matrices, key = 6 * parameters(config).multiplied, _per_key(config)
    return PerToken(causal=matrices + key * length / 2, palm=matrices + key * length)


def exact(config: ModelConfig, tokens: int, attended: int) -> float:
    """For all of `tokens` together; `attended` is the sum over them of the keys that each attends to, itself too."""
    return 6 * parameters(config).multiplied * tokens + _per_key(config) * attended


def _per_key(config: ModelConfig) -> int:
    """Operations for one key that one token attends to, in all layers and heads."""
    return 12 * config.layers * config.heads * config.head_dim

"""What a rank holds while it trains: weights, gradients, moments by the mesh, and activations by what is kept.

Activations are what kernels save for their backward pass. The references' fp32 norm of bf16 keeps its input widened,
the mask of attention is held whole, SwiGLU keeps silu and product; the fused ones keep the stream, q, k, v and the
result, gate and up: of an 8B layer at 8,192 tokens 111 KB a token instead of 218. Under tensor parallelism the sequence
is cut between the matrices, and what goes into those is whole (Korthikanti et al. 2022 count the same way). Tests hold
a layer to the byte to what lives after a forward pass, and the references' peak to a tenth.

Left out: the allocator's gaps, communication's buffers, PyTorch's own context (about 1 GB on a GPU).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from trainer.config import ModelConfig
from trainer.flops import parameters
from trainer.kernels.chunks import CHUNK, HELD, fused_chunk
from trainer.parallel.checks import STAGES_A_RANK, data_ranks, stages_of
from trainer.parallel.layers import layers_of
from trainer.recipe import Parallel

Checkpointing = Literal["none", "selective", "full"]


@dataclass(frozen=True)
class Activations:
    """Bytes for each token that a rank has of a row (`length` / context of them)."""

    layer: float  # kept of every layer from the forward to the backward pass
    working: float  # made anew of one layer for its backward pass, beside what is kept
    ends: float  # embedding, last norm, and what the loss keeps


@dataclass(frozen=True)
class Memory:
    """Bytes of one rank at the peak of a step."""

    weights: float
    gradients: float
    moments: float
    gathered: float  # weights and gradients of blocks that are whole for a while
    activations: float  # kept from forward to backward
    working: float  # what comes on top in the backward pass: of one block, or of the loss, whichever is more

    @property
    def total(self) -> float:
        return sum(vars(self).values())


def activations(
    config: ModelConfig,
    length: int,
    *,
    element: int = 2,
    checkpointing: Checkpointing = "none",
    tensor: int = 1,
    context: int = 1,
    fused: bool = False,
) -> Activations:
    """`element` is the bytes of what is computed in: 2 of bf16, 4 of fp32; `fused` where all kernels are Triton's."""
    whole = (_fused_block if fused else _block)(config, length, element, tensor, context)
    between = 2 * element * config.dim / tensor  # a block's input, and the stream beside it
    dear = _dear(config, element, tensor)
    kept = {"none": whole, "full": between, "selective": between + dear}[checkpointing]
    anew = {"none": 0.0, "full": whole, "selective": whole - dear}[checkpointing]
    # The fused loss does not keep what it was given. Beside it: tokens, targets, weights, starts, positions.
    last = (element * config.dim + 4) / tensor if fused else _norm(config, element, tensor)
    ends = last + 8 + 8 + 4 + 4 + 8
    return Activations(layer=kept, working=anew, ends=ends)


def of_rank(
    config: ModelConfig,
    parallel: Parallel,
    world: int,
    length: int,
    *,
    bf16: bool = True,
    moment: int = 4,
    microbatches: int = 1,
    rank: int = 0,
    fused: bool = False,
) -> Memory:
    """The `rank`-th of the pipeline, in a mesh of `world` ranks; `moment` is the bytes of one of an optimizer's two."""
    element = 2 if bf16 else 4
    cut = data_ranks(parallel, world) * parallel.context
    stages = stages_of(parallel)
    layers = [len(layers_of(stages, config.layers)[at]) for at in range(rank, stages, parallel.pipeline)]
    last = rank == parallel.pipeline - 1
    held = _weights(config, sum(layers), rank == 0, last) / parallel.tensor
    block = _weights(config, 1, False, False) / parallel.tensor
    output = config.vocab_size * config.dim / parallel.tensor
    tokens = parallel.microbatch * length / parallel.context
    of_token = activations(
        config, length, element=element, checkpointing=parallel.checkpointing,
        tensor=parallel.tensor, context=parallel.context, fused=fused,
    )  # fmt: skip
    kept = of_token.layer * max(layers) * in_flight(parallel, rank, microbatches) + of_token.ends
    of_loss = fused_loss_bytes if fused else loss_bytes
    loss = of_loss(config, element, parallel.tensor, tokens) if last else 0.0
    masters = bf16 and world == 1
    return Memory(
        weights=held / cut * 4 + (held * 2 if masters else 0),
        gradients=held / cut * (2 if masters and microbatches == 1 else 4),
        moments=held / cut * 2 * moment,
        gathered=_gathered(held, block, output, element, world, parallel.pipeline),
        activations=tokens * kept,
        working=max(tokens * of_token.working, loss),
    )


def in_flight(parallel: Parallel, rank: int, microbatches: int) -> int:
    """How often a stage of this rank has run forward and not yet backward, at most."""
    behind, each = parallel.pipeline - 1 - rank, STAGES_A_RANK[parallel.schedule]
    if parallel.pipeline == 1:
        return 1
    ahead = behind + 1 if each == 1 else (each - 1) * parallel.pipeline + 2 * behind + 1
    return min(ahead, microbatches * each)


def loss_bytes(config: ModelConfig, element: int, tensor: int = 1, tokens: float = CHUNK) -> float:
    """The peak of the loss' backward pass: a chunk of logits five times over in fp32 (the logits, their exponentials,
    three gradients on the way), the logits of the other chunks where all are few enough to be held, and the output's
    gradient where chunks add theirs up.
    """
    chunk = min(CHUNK, tokens)
    others = tokens - chunk if tensor == 1 and tokens * config.vocab_size <= HELD else 0
    summed = element * config.dim if tokens > CHUNK else 0
    return config.vocab_size * (20 * chunk + 4 * others + summed) / tensor


def fused_loss_bytes(config: ModelConfig, element: int, tensor: int = 1, tokens: float = CHUNK) -> float:
    """Of the forward pass, which makes the gradients: a chunk of logits, and both gradients in fp32; or of the backward
    pass, which rounds the output's, if that is more.
    """
    words = config.vocab_size // tensor
    chunk = min(fused_chunk(math.ceil(tokens), words, element), tokens)
    gradients = 4 * config.dim * (words + tokens)
    return gradients + max(chunk * words, config.dim * words) * element


def _block(config: ModelConfig, length: int, element: int, tensor: int, context: int) -> float:
    """All that one block saves of a token."""
    queries, keys = config.heads * config.head_dim, config.kv_heads * config.head_dim
    attended = length if context == 1 else length * (2 * context + 1) / (4 * context)  # keys in a rank's two masks
    copied = 1 if context == 1 else 2  # the outputs of two chunks, and both together
    attention = element * (queries * (1 + copied) + 2 * keys * context) + 4 * config.heads
    turned = 4 * config.head_dim  # cos and sin of the token's position
    swiglu = 4 * element * config.ffn_dim  # gate, its silu, value, product
    return 2 * _norm(config, element, tensor) + (attention + swiglu) / tensor + turned + element * attended


def _fused_block(config: ModelConfig, length: int, element: int, tensor: int, context: int) -> float:
    """The same of Triton's kernels, whatever the row's length."""
    queries, keys = config.heads * config.head_dim, config.kv_heads * config.head_dim
    copied = 1 if context == 1 else 2
    attention = element * (queries * (1 + copied) + 2 * keys * context) + 4 * config.heads
    swiglu = (2 if tensor == 1 else 3) * element * config.ffn_dim  # tensor parallelism's product keeps what goes in
    return 2 * _fused_norm(config, element, tensor) + (attention + swiglu) / tensor


def _norm(config: ModelConfig, element: int, tensor: int) -> float:
    """The sum in fp32, its normed copy, the scale; and the result, whole, for the matrices after it."""
    return ((4 + element) * config.dim + 4) / tensor + element * config.dim


def _fused_norm(config: ModelConfig, element: int, tensor: int) -> float:
    """The sum, its scale; and the result, whole."""
    return (element * config.dim + 4) / tensor + element * config.dim


def _dear(config: ModelConfig, element: int, tensor: int) -> float:
    """Outputs of a block's matrix products and of attention, but for the last, which is the next block's input."""
    queries, keys = config.heads * config.head_dim, config.kv_heads * config.head_dim
    return (element * (2 * queries + 2 * keys + 2 * config.ffn_dim + config.dim) + 4 * config.heads) / tensor


def _weights(config: ModelConfig, layers: int, first: bool, last: bool) -> float:
    counted = parameters(config)
    each = (counted.blocks + counted.norms - config.dim) / config.layers
    return layers * each + first * counted.embedding + last * (counted.output + config.dim)


def _gathered(held: float, block: float, output: float, element: int, world: int, pipeline: int) -> float:
    """FSDP has this block's weights and the next one's; under a pipeline all of them stay, and gradients in fp32."""
    if world == 1:
        return 0.0
    if pipeline > 1:
        return held * (element + 4)
    return max(2 * block, block + output) * element + block * (element + 4)

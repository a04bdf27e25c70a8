"""The time of a whole training step on one H200, by kind of kernel, as the breakdown of `benchmarks.gpu` names them.

Everything is one after the other, as it is on one stream. What autograd adds up between kernels is counted as `other`:
the gradients of a block's input come from three products (wq, wk, wv) and of its second half's from two (w1, w3), each
sum read twice and written once; the embedding's gradient is written whole. So is the time in which the device waits for
the host at the end of a step, where the norm is read (assumed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks import gpu_model_attention as attention
from benchmarks import gpu_model_products as products
from benchmarks.gpu_model_kernels import Kernels
from benchmarks.gpu_model_memory import bounded
from benchmarks.gpu_model_walk import Bounded
from trainer.config import ModelConfig
from trainer.flops import parameters
from trainer.kernels import chunks

NOTHING = Bounded(0.0, 0.0, 0.0)
WAITING = Bounded(0.5, 2.0, 6.0)  # ms a step, assumed
Checkpointing = Literal["none", "selective", "full"]


@dataclass(frozen=True)
class Setting:
    rows: int  # at once
    checkpointing: Checkpointing
    moments: int  # bytes


def breakdown(
    kernels: Kernels, config: ModelConfig, starts: Sequence[NDArray[np.int64]], setting: Setting
) -> dict[str, Bounded]:
    """Milliseconds of a step over these rows."""
    each = len(starts[0]) * setting.rows
    parts = [starts[at : at + setting.rows] for at in range(0, len(starts), setting.rows)]
    found = [_microbatch(kernels, config, part, each, setting.checkpointing) for part in parts]
    made = {kind: sum((one[kind] for one in found), NOTHING) for kind in found[0]}
    count, gradient = parameters(config).total, 2 if len(parts) == 1 else 4
    update = count * (8 + gradient + 4 * setting.moments + 2)
    made["adamw"] = bounded(update, kernels.streams[kernels.adamw(setting.moments)], 9 * config.layers + 3)
    made["grad_norm"] = bounded(count * gradient, kernels.streams["grad_norm"], 2)
    if len(parts) > 1:  # bf16 gradients added up in fp32: widened once, and then read with the sum
        made["copies"] = bounded(count * (6 + 10 * (len(parts) - 1)), None)
    made["other"] += WAITING
    return made


def _microbatch(
    kernels: Kernels, config: ModelConfig, starts: Sequence[NDArray[np.int64]], tokens: int, kept: Checkpointing
) -> dict[str, Bounded]:
    layers, again = config.layers, {"none": 0, "selective": 0, "full": 1}[kept]
    anew = 0 if kept == "none" else 1  # what costs little is made anew also where the products are kept
    forward = products.of_layer(config, tokens)
    back = [each for product in forward for each in products.backward(product)]
    passes = attention.both(kernels, config, starts)
    made = {
        "matmul": (products.total(forward).times(1 + again) + products.total(back)).times(layers),
        "attention forward": passes[0].times(layers * (1 + again)),
        "attention backward": passes[1].times(layers),
        "linear + cross-entropy": loss(kernels, config, tokens),
    }
    for name, (of, count) in ELEMENTWISE.items():
        one, other = of(kernels, config, tokens)
        made[name] = (one.times(1 + anew) + other).times(layers * count)
    sums = 3 * 6 * config.dim * tokens * layers  # two sums of three and one of two, 6 bytes an element
    embedded = 2 * config.vocab_size * config.dim * (4 if config.tied_embeddings else 1) + 8 * config.dim * tokens
    made["other"] = bounded(sums + embedded, None)
    return made


def norm(kernels: Kernels, config: ModelConfig, tokens: int) -> tuple[Bounded, Bounded]:
    """With the residual stream: four elements a place each way; a second launch adds up the weight's gradient."""
    moved = 8.0 * config.dim * tokens
    forward, back = (kernels.of(f"rms_norm_{passed}", config) for passed in ("forward", "backward"))
    return bounded(moved, forward), bounded(moved, back, 2)


def rope(kernels: Kernels, config: ModelConfig, tokens: int) -> tuple[Bounded, Bounded]:
    moved = 4.0 * config.head_dim * (config.heads + config.kv_heads) * tokens
    forward, back = (kernels.of(f"rope_{passed}", config) for passed in ("forward", "backward"))
    return bounded(moved, forward), bounded(moved, back)


def swiglu(kernels: Kernels, config: ModelConfig, tokens: int) -> tuple[Bounded, Bounded]:
    each = 2.0 * config.ffn_dim * tokens
    forward, back = (kernels.of(f"swiglu_{passed}", config) for passed in ("forward", "backward"))
    return bounded(3 * each, forward), bounded(5 * each, back)


def swiglu_and_product(kernels: Kernels, config: ModelConfig, tokens: int) -> tuple[Bounded, Bounded]:
    """As a block has it: backward, the product is written once more, for the gradient of the weight behind it."""
    back = bounded(12.0 * config.ffn_dim * tokens, kernels.of("swiglu_backward_and_product", config))
    return swiglu(kernels, config, tokens)[0], back


# With how many of them a layer has.
ELEMENTWISE = {"rms_norm": (norm, 2), "rope": (rope, 1), "swiglu": (swiglu_and_product, 1)}


def loss(kernels: Kernels, config: ModelConfig, tokens: int) -> Bounded:
    """Three products a chunk, the logits' statistics and gradient, and the weight's gradient added up over chunks in
    fp32 and rounded to bf16. How often a row of logits comes out of the cache (4 or 6 bytes of it from memory) and how
    far products hide the sums is not known: fast has the best of both, figure the middle, slow the worst.
    """
    words, dim = config.vocab_size, config.dim
    chunk = chunks.fused_chunk(tokens, words, 2)
    count = -(-tokens // chunk)
    three = [
        products.Product("logits", chunk, words, dim),
        products.Product("gradient of tokens", chunk, dim, words),
        products.Product("gradient of weight", words, dim, chunk),
    ]
    made = products.total(three).times(count)
    sums = bounded((8 * count - 4) * words * dim, None)
    read = bounded(6 * tokens * words, kernels.streams["cross_entropy_gradient"])
    scaled = bounded(6 * words * dim + 6 * tokens * dim, kernels.streams["cross_entropy_scaling"])
    return made + scaled + Bounded(read.fast * 4 / 6, read.figure * 5 / 6 + sums.figure / 2, read.slow + sums.slow)

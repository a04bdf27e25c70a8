"""The time of attention over rows of packed documents, forward and backward, by the tiles that its kernels visit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.gpu_model_kernels import Kernels
from benchmarks.gpu_model_products import LAUNCH
from benchmarks.gpu_model_tiles import Tiles, by_keys, by_queries
from benchmarks.gpu_model_walk import Bounded
from trainer.config import ModelConfig

Rows = Sequence[NDArray[np.int64]]
FORWARD, QUERIES, KEYS = "attention_forward", "attention_backward_queries", "attention_backward_keys"


def both(kernels: Kernels, config: ModelConfig, rows: Rows) -> tuple[Bounded, Bounded]:
    """Milliseconds of one layer, forward and backward; the order of the tiles of keys is a launch of its own."""
    forward = of_queries(kernels, FORWARD, config, rows)
    back = of_queries(kernels, QUERIES, config, rows) + of_keys(kernels, config, rows)
    return forward, back + Bounded(0.0, LAUNCH, LAUNCH)


def of_queries(kernels: Kernels, name: str, config: ModelConfig, rows: Rows) -> Bounded:
    """The last queries first, of all rows, all heads of a tile one after the other."""
    name, tiles, pack = _tiles(kernels, name, config)
    turns = []
    for starts in rows:
        found = by_queries(starts, tiles["BM"] // pack, tiles["BN"])
        turns.append([*zip(found.interior, found.masked, strict=True)][::-1])
    heads = config.heads // pack
    return kernels.walks[name].bounded(
        [each for place in zip(*turns, strict=True) for each in place for _ in range(heads)]
    )


def of_keys(kernels: Kernels, config: ModelConfig, rows: Rows) -> Bounded:
    """Those keys first that most queries see; a program has the query heads of its head of keys, a pack at a time."""
    name, tiles, pack = _tiles(kernels, KEYS, config)
    packs = config.heads // config.kv_heads // pack
    turns = []
    for starts in rows:
        found = by_keys(starts, tiles["BM"] // pack, tiles["BN"])
        order = (-(found.interior + found.masked)).argsort(kind="stable")
        turns.append([*zip(found.interior[order] * packs, found.masked[order] * packs, strict=True)])
    heads = config.kv_heads
    return kernels.walks[name].bounded(
        [each for place in zip(*turns, strict=True) for each in place for _ in range(heads)]
    )


def visited(kernels: Kernels, config: ModelConfig, rows: Rows) -> dict[str, list[Tiles]]:
    """By kernel, of each row."""
    found = {}
    for kernel, walked in ((FORWARD, by_queries), (QUERIES, by_queries), (KEYS, by_keys)):
        _, tiles, pack = _tiles(kernels, kernel, config)
        found[kernel] = [walked(starts, tiles["BM"] // pack, tiles["BN"]) for starts in rows]
    return found


def limit(kernels: Kernels, config: ModelConfig) -> str:
    """The busiest pipe of the forward pass' interior."""
    name, _, _ = _tiles(kernels, FORWARD, config)
    return kernels.walks[name].interior.limit


def _tiles(kernels: Kernels, name: str, config: ModelConfig) -> tuple[str, dict[str, int], int]:
    """The kernel for this width of a head, and how many heads that share keys are rows of its tile: compiled for four,
    taken to be the same code for more or fewer.
    """
    name = name if config.head_dim == 128 else f"{name}_{config.head_dim}"
    tiles = kernels.cases[name].tiles
    group = config.heads // config.kv_heads
    return name, tiles, min(group & -group, tiles["BM"])

"""Loss curves of a small model with Triton's kernels and with the references: the gap between the two ways beside the
gap between seeds, which is the noise that any two runs have.

The text is a Markov chain: each token has 16 successors of Zipf-like shares, drawn from a seed, so there is something
to learn and it is the same everywhere. A seed draws the first weights and the order of the text; both ways get both.
"""

from __future__ import annotations

import time

import numpy as np
import torch

from benchmarks import gpu_documents
from benchmarks.gpu_bench import Bench
from benchmarks.gpu_rows import Curve
from benchmarks.gpu_training import Text, Trained
from trainer import ranks
from trainer.config import ModelConfig
from trainer.kernels import choice
from trainer.kernels.names import Way

MODEL = ModelConfig(512, 4, 8, 2, 1536, vocab_size=4096, tied_embeddings=True)
TINY = ModelConfig(16, 1, 1, 1, 16, vocab_size=32, tied_embeddings=True)
STEPS, ROWS, LENGTH, MEAN, RATE, EVERY = 500, 8, 1024, 300, 1e-3, 10
WAYS: tuple[Way, ...] = ("triton", "reference")
SUCCESSORS = 16


def measure(bench: Bench) -> None:
    """Seed by seed, both ways of each: what there was time for can be compared."""
    ranks.deterministic()
    for seed in range(1 if bench.tiny else 3):
        pair = []
        for way in WAYS:
            if time.monotonic() > bench.until:
                return
            with choice.chosen(way, bench.device):
                pair.append(Curve(way, seed, EVERY if not bench.tiny else 1, _losses(bench, seed)))
        bench.report.curves += pair
        last = " and ".join(f"{curve.losses[-1]:.4f} ({curve.kernels})" for curve in pair)
        print(f"loss curves, seed {seed}: {last}", flush=True)
        bench.save()


def gaps(curves: list[Curve]) -> tuple[float, float] | None:
    """Nats a token, root of the mean square over the last half: between ways of a seed, and between seeds of a way."""
    by = {(curve.kernels, curve.seed): np.array(curve.losses[len(curve.losses) // 2 :]) for curve in curves}
    seeds = sorted({seed for _, seed in by})
    ways = [by["triton", seed] - by["reference", seed] for seed in seeds if all((way, seed) in by for way in WAYS)]
    drawn = [by[way, a] - by[way, b] for way in WAYS for a in seeds for b in seeds if a < b and (way, b) in by]
    if not ways or not drawn:
        return None
    among, between = (float(np.sqrt(np.mean(np.square(each)))) for each in (ways, drawn))
    return among, between


def chain(vocabulary: int, rows: int, length: int, seed: int) -> np.ndarray:
    """int64 [rows, length]; the chain is one for all seeds, the walks through it are the seed's."""
    table = np.random.Generator(np.random.PCG64(7)).integers(vocabulary, size=(vocabulary, SUCCESSORS))
    shares = 1.0 / np.arange(1, SUCCESSORS + 1)
    drawn = np.random.Generator(np.random.PCG64(seed))
    made = np.empty((rows, length), np.int64)
    made[:, 0] = drawn.integers(vocabulary, size=rows)
    chosen = np.searchsorted(np.cumsum(shares / shares.sum()), drawn.random((rows, length)))
    for at in range(1, length):
        made[:, at] = table[made[:, at - 1], np.minimum(chosen[:, at], SUCCESSORS - 1)]
    return made


def _losses(bench: Bench, seed: int) -> list[float]:
    """Means over EVERY steps."""
    config, steps, rows, length, every = MODEL, STEPS, ROWS, LENGTH, EVERY
    if bench.tiny:
        config, steps, rows, length, every = TINY, 2, 1, 6, 1
    cuda = bench.device.type == "cuda"
    trained = Trained(config, bench.device, length, bf16=cuda, states=torch.float32, seed=seed)
    tokens = torch.from_numpy(chain(config.vocab_size, steps * rows, length, seed)).to(bench.device)
    starts = gpu_documents.starts(steps * rows, length, MEAN if not bench.tiny else 3, seed).to(bench.device)
    losses = []
    for at in range(steps):
        part = slice(at * rows, (at + 1) * rows)
        text = Text.of(tokens[part], starts[part])
        nll = trained.step(text, rows, RATE * min(1.0, (at + 1) / 50))
        counted = text.weights.cpu()
        losses.append(float((nll * counted).sum() / counted.sum()))
    return np.array(losses).reshape(-1, every).mean(1).tolist()

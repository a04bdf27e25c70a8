"""Small models in fastText's format with random weights, which its own library reads too, and how it is asked.

Written by hand: trained ones of this size are not the same twice (the library leaves rows of small matrices as it
finds the memory), and a random model tells all features apart, a good one only those that matter.
"""

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

HIERARCHICAL, SOFTMAX = 1, 3
WORDS = [f"{a}{b}{c}" for a in ("ba", "né", "中", "str", "") for b in "aeiou" for c in ("", "n", "lж", "ing")]


class Kind(NamedTuple):
    loss: int = SOFTMAX
    dimensions: int = 10
    word_ngrams: int = 1
    shortest: int = 0
    longest: int = 0
    buckets: int = 0
    pruned: int = -1  # n-grams left; -1: all
    part: int = 0  # dimensions in a part of a quantised matrix; 0: dense
    normed: bool = False
    quantised_output: bool = False
    end: bool = True  # whether </s> is in the vocabulary
    labels: int = 5
    spread: float = 2.0  # standard deviation of the weights


KINDS = {
    "words": Kind(),
    "bigrams": Kind(word_ngrams=2, buckets=3_001),
    "trigrams and characters": Kind(word_ngrams=3, shortest=1, longest=3, buckets=2_000, dimensions=20),
    "hierarchical": Kind(HIERARCHICAL, shortest=2, longest=4, buckets=1_000, end=False),
    "quantised": Kind(word_ngrams=2, shortest=2, longest=3, buckets=3_000, part=3),
    "pruned": Kind(HIERARCHICAL, 16, 1, 2, 4, 2_000, 600, 2, True, True),
    "pruned of all n-grams": Kind(SOFTMAX, 16, 2, 3, 3, 2_000, 0, 2, True),
}


def make(kind: str, folder: Path) -> Path:
    path = folder / "model.bin"
    path.write_bytes(content(KINDS[kind], len(kind)))
    return path


def content(k: Kind, seed: int) -> bytes:
    drawn = np.random.default_rng(seed)
    words = ["</s>"] * k.end + WORDS
    names = [*words, *(f"__label__{n}" for n in range(k.labels))]
    made = struct.pack("<2i", 793712314, 12)
    made += struct.pack(
        "<12id", k.dimensions, 5, 5, 1, 5, k.word_ngrams, k.loss, 3, k.buckets, k.shortest, k.longest, 100, 1e-4
    )
    made += struct.pack("<3iqq", len(names), len(words), k.labels, 10_000, k.pruned)
    for n, name in enumerate(names):
        made += name.encode() + b"\0" + struct.pack("<qb", 1_000 // (1 + n), n >= len(words))
    if k.pruned > 0:
        kept = np.stack([drawn.permutation(k.buckets)[: k.pruned], drawn.permutation(k.pruned)], 1)
        made += kept.astype("<i4").tobytes()
    rows = len(words) + (k.buckets if k.pruned < 0 else k.pruned)
    made += _matrix(drawn, rows, k.dimensions, k.part, k.normed, k.spread)
    return made + _matrix(drawn, k.labels, k.dimensions, k.part * k.quantised_output, k.normed, k.spread)


def _matrix(drawn: np.random.Generator, rows: int, columns: int, part: int, normed: bool, spread: float) -> bytes:
    if not part:
        weights = drawn.normal(0, spread, (rows, columns)).astype("<f4").tobytes()
        return struct.pack("<Bqq", 0, rows, columns) + weights
    parts = -(-columns // part)
    codes = drawn.integers(0, 256, rows * parts, np.uint8).tobytes()
    content = (
        struct.pack("<BBqqi", 1, normed, rows, columns, len(codes)) + codes + _quantiser(drawn, columns, part, spread)
    )
    if normed:
        content += drawn.integers(0, 256, rows, np.uint8).tobytes() + _quantiser(drawn, 1, 1, spread)
    return content


def _quantiser(drawn: np.random.Generator, columns: int, part: int, spread: float) -> bytes:
    parts = -(-columns // part)
    centroids = drawn.normal(0, spread, columns * 256).astype("<f4").tobytes()
    return struct.pack("<4i", columns, parts, part, columns - (parts - 1) * part) + centroids


def best(binding, text: str, k: int = 2) -> list[tuple[float, str]]:
    """(probability, label) of the k best; a text is one line to fastText."""
    return binding.predict(text.replace("\n", " ") + "\n", k, 0.0, "replace")

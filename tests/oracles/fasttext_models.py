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
LABELS = 5


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
    k, drawn = KINDS[kind], np.random.default_rng(len(kind))
    words = ["</s>"] * k.end + WORDS
    names = [*words, *(f"__label__{n}" for n in range(LABELS))]
    content = struct.pack("<2i", 793712314, 12)
    content += struct.pack(
        "<12id", k.dimensions, 5, 5, 1, 5, k.word_ngrams, k.loss, 3, k.buckets, k.shortest, k.longest, 100, 1e-4
    )
    content += struct.pack("<3iqq", len(names), len(words), LABELS, 10_000, k.pruned)
    for n, name in enumerate(names):
        content += name.encode() + b"\0" + struct.pack("<qb", 1_000 // (1 + n), n >= len(words))
    if k.pruned > 0:
        kept = np.stack([drawn.permutation(k.buckets)[: k.pruned], drawn.permutation(k.pruned)], 1)
        content += kept.astype("<i4").tobytes()
    rows = len(words) + (k.buckets if k.pruned < 0 else k.pruned)
    content += _matrix(drawn, rows, k.dimensions, k.part, k.normed)
    content += _matrix(drawn, LABELS, k.dimensions, k.part * k.quantised_output, k.normed)
    path = folder / "model.bin"
    path.write_bytes(content)
    return path


def _matrix(drawn: np.random.Generator, rows: int, columns: int, part: int, normed: bool) -> bytes:
    if not part:
        weights = drawn.normal(0, 2, (rows, columns)).astype("<f4").tobytes()
        return struct.pack("<Bqq", 0, rows, columns) + weights
    parts = -(-columns // part)
    codes = drawn.integers(0, 256, rows * parts, np.uint8).tobytes()
    content = struct.pack("<BBqqi", 1, normed, rows, columns, len(codes)) + codes + _quantiser(drawn, columns, part)
    if normed:
        content += drawn.integers(0, 256, rows, np.uint8).tobytes() + _quantiser(drawn, 1, 1)
    return content


def _quantiser(drawn: np.random.Generator, columns: int, part: int) -> bytes:
    parts = -(-columns // part)
    centroids = drawn.normal(0, 2, columns * 256).astype("<f4").tobytes()
    return struct.pack("<4i", columns, parts, part, columns - (parts - 1) * part) + centroids


def best(binding, text: str, k: int = 2) -> list[tuple[float, str]]:
    """(probability, label) of the k best; a text is one line to fastText."""
    return binding.predict(text.replace("\n", " ") + "\n", k, 0.0, "replace")

"""Sketches: a few hundred bytes that stand for a set of shingles; here MinHash (Broder 1997).

The share of equal values in two sketches estimates the Jaccard index of the sets, with standard deviation
sqrt(J(1-J)/values): 0.041 at J 0.75 for 112 values. The permutations are those of datasketch 2 ("affine32":
x -> a*mix(x)+b modulo 2^32 with odd a), bit for bit, so that anyone can recompute a sketch; the seed is the recipe's.
`fast_similarity` makes the other kind.
"""

from __future__ import annotations

import numpy as np

from curate.dedup.arrays import owned
from curate.dedup.fast_similarity import fast_similarity
from curate.dedup.mixing import mix32, mix64
from curate.dedup.shingles import text_shingles
from curate.kernels.buffers import Texts
from curate.kernels.jit import kernel
from curate.kernels.scratch import empty

LANES = 64


def sketch_texts(
    texts: Texts, ngram: int, values: int, seed: int, kind: str = "minhash"
) -> tuple[np.ndarray, np.ndarray]:
    """(uint32[n, values], bool[n]): the sketch of each text, and whether it has a word and so a sketch.

    `kind` is minhash or fast_similarity.
    """
    hashes, offsets = text_shingles(texts, ngram)
    if kind == "fast_similarity":
        return fast_similarity(hashes, offsets, values, seed), np.diff(offsets) > 0
    elements = empty("sketches.elements", len(hashes), np.uint32)
    np.copyto(elements, hashes, casting="unsafe")
    return sketches(elements, offsets, values, seed), np.diff(offsets) > 0


def sketches(elements: np.ndarray, offsets: np.ndarray, values: int, seed: int) -> np.ndarray:
    """uint32[n, values] of the sets elements[offsets[i]:offsets[i+1]] (uint32; repeats do no harm)."""
    result = np.empty((len(offsets) - 1, values), np.uint32)
    _minima(owned(elements, np.uint32), owned(offsets, np.int64), *_permutations(values, seed), result)
    return result


def similarity(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """float64[m]: share of equal values of each row of `a` and the same row of `b` (uint32[m, values])."""
    return (a == b).mean(axis=1)


def sketch_hashes(sketches: np.ndarray) -> np.ndarray:
    """uint64[n, 2]: 128 bits that name a whole sketch."""
    return _names(owned(sketches, np.uint32))


def _permutations(values: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    drawn = np.random.RandomState(seed)  # its stream is frozen by NumPy's policy; datasketch draws in this order
    factors = drawn.randint(0, 1 << 31, values, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, drawn.randint(0, 1 << 32, values, dtype=np.uint32)


@kernel
def _minima(elements, offsets, factors, shifts, result):
    longest = 0
    for text in range(offsets.size - 1):
        longest = max(longest, offsets[text + 1] - offsets[text])
    mixed = np.empty(longest + LANES, np.uint32)
    for text in range(offsets.size - 1):
        first, count = offsets[text], offsets[text + 1] - offsets[text]
        for at in range(count):
            mixed[at] = mix32(elements[first + at])
        whole = -(-count // LANES) * LANES
        for at in range(count, whole):  # repeats of an element, so that no value is left for a loop of single steps
            mixed[at] = mixed[0]
        for value in range(factors.size):
            factor, shift, least = factors[value], shifts[value], np.uint32(0xFFFFFFFF)
            for at in range(whole):  # LLVM makes this a loop over vectors
                x = np.uint32(mixed[at] * factor + shift)
                least = x if x < least else least
            result[text, value] = least


@kernel
def _names(sketches):
    names = np.empty((sketches.shape[0], 2), np.uint64)
    for row in range(sketches.shape[0]):
        high, low = np.uint64(0x243F6A8885A308D3), np.uint64(0x13198A2E03707344)
        for at in range(sketches.shape[1]):
            high = mix64(high ^ np.uint64(sketches[row, at]))
            low = mix64(low + np.uint64(sketches[row, at]))
        names[row, 0], names[row, 1] = high, low
    return names

"""Fast Similarity Sketching (Dahlgaard, Knudsen and Thorup 2017, FOCS, "Fast Similarity Sketching", algorithm 1).

A MinHash of K values looks at each element K times. Here one hash puts an element into one of K bins, where the least
hash stays: a round looks at each element once, and where all bins are filled the sketch is done, for sets of more than
K ln K elements after a round or two. Bins that are empty yet are filled by the next round, with a hash of its own, and
values of later rounds are larger. After K such rounds each of K more puts all elements into one bin, so that small
sets are done too. Two sets agree in a bin where the least of their union lies in both: the share of equal values
estimates the Jaccard index without bias, and with less variance than MinHash, since bins sample without replacement
(figures: docs/near_duplicates.md).

A value is a 32-bit name of (round, hash): values are compared for equality only. Two different ones have one name
once in 2^32, two least hashes of n elements in a bin are equal by chance about n times in 2^41.
"""

from __future__ import annotations

import numpy as np

from curate.dedup.arrays import owned
from curate.dedup.mixing import mix64
from curate.kernels.intrinsics import multiply_fold
from curate.kernels.jit import inner, kernel

EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
HASH_BITS = np.uint64(40)  # below the number of the round
HASH = np.uint64((1 << 40) - 1)
HALF, NAME, ONE = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(1)
MOST = 1 << 23  # values whose rounds fit above a hash
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def fast_similarity(elements: np.ndarray, offsets: np.ndarray, values: int, seed: int) -> np.ndarray:
    """uint32[n, values] of the sets elements[offsets[i]:offsets[i+1]]: hashes (uint64, mixed; repeats do no harm)."""
    if values > MOST:
        raise ValueError(f"a sketch of {values:,} values; fast_similarity makes at most {MOST:,}")
    result = np.empty((len(offsets) - 1, values), np.uint32)
    _fill(owned(elements, np.uint64), owned(offsets, np.int64), np.uint64(seed), result)
    return result


@kernel
def _fill(elements, offsets, seed, result):
    values = result.shape[1]
    salts, best = np.empty(2 * values, np.uint64), np.empty(values, np.uint64)
    for number in range(2 * values):
        salts[number] = mix64(mix64(seed) + np.uint64(number + 1) * GOLDEN)
    for text in range(offsets.size - 1):
        best[:] = EMPTY
        elements_of = elements[offsets[text] : offsets[text + 1]]
        for number in range(2 * values if elements_of.size else 0):
            salt, level = salts[number], np.uint64(number) << HASH_BITS
            if number >= values:
                _into_one(elements_of, salt, level, best, number - values)
            else:
                _into_all(elements_of, salt, level, best)
                if best.max() != EMPTY:
                    break
        for value in range(values):
            result[text, value] = np.uint32(mix64(best[value]) & NAME)


@inner
def _into_all(elements, salt, level, best):
    values = np.uint64(best.size)
    for at in range(elements.size):
        h = _hash(elements[at], salt)
        chosen = (h >> HALF) * values >> HALF
        best[chosen] = min(best[chosen], level | h & HASH)


@inner
def _into_one(elements, salt, level, best, chosen):
    if best[chosen] == EMPTY:
        for at in range(elements.size):
            best[chosen] = min(best[chosen], level | _hash(elements[at], salt) & HASH)


@inner
def _hash(element, salt):
    """Of a round: one multiplication, after wyhash (see `kernels.hashes`); its elements are hashes already."""
    return multiply_fold(element ^ salt, salt * GOLDEN | ONE)

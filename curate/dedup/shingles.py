"""A document as a set of shingles: 64-bit hashes of its runs of `ngram` lower-cased words (`\\w+`).

A letter of a script that is written without spaces is a word of its own (`curate.kernels.unspaced`).

Similarity everywhere means the Jaccard index of these sets (Broder 1997). A text shorter than `ngram` words has one
shingle, all its words; a text without words has none, and is never a near duplicate. With 64 bits, two different
shingles of one pair of documents collide about once in 10^13 pairs.

The hash is a polynomial over the word hashes, rolled along in exact arithmetic modulo 2^64 and then mixed, so its cost
does not depend on `ngram`.
"""

from __future__ import annotations

import numpy as np

from curate.dedup.arrays import owned
from curate.dedup.mixing import mix64
from curate.kernels.buffers import Texts
from curate.kernels.jit import kernel
from curate.kernels.scratch import empty
from curate.kernels.words import shingle_units

_BASE = np.uint64(0x9E3779B97F4A7C15)


def shingle_sets(texts: Texts, ngram: int) -> tuple[np.ndarray, np.ndarray]:
    """(hashes uint64[m], offsets int64[n+1]): the sorted set of each text's shingles."""
    return unique_sets(*text_shingles(texts, ngram))


def text_shingles(texts: Texts, ngram: int) -> tuple[np.ndarray, np.ndarray]:
    """As `shingle_sets`, in order of the text and with repeats."""
    return shingles(*shingle_units(texts), ngram)


def shingles(words: np.ndarray, offsets: np.ndarray, ngram: int) -> tuple[np.ndarray, np.ndarray]:
    """The shingles of texts whose word hashes are words[offsets[i]:offsets[i+1]]."""
    counts = np.diff(offsets)
    made = np.zeros(len(offsets), np.int64)
    np.cumsum(np.where(counts >= ngram, counts - ngram + 1, counts > 0), out=made[1:])
    hashes = empty("shingles", int(made[-1]), np.uint64)
    _roll(owned(words, np.uint64), owned(offsets, np.int64), ngram, made, hashes)
    return hashes, made


def unique_sets(hashes: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each list of `hashes` sorted and without repeats."""
    sets, ends = np.array(hashes, np.uint64), np.zeros(len(offsets), np.int64)
    used = _unique(sets, owned(offsets, np.int64), ends)
    return sets[:used].copy(), ends


def jaccard(hashes: np.ndarray, offsets: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """float64[m]: exact similarity of the sets number a[i] and b[i]; 0 if both are empty."""
    return _jaccard(owned(hashes, np.uint64), owned(offsets, np.int64), owned(a, np.int64), owned(b, np.int64))


@kernel
def _roll(words, offsets, ngram, made, hashes):
    oldest = np.uint64(1)
    for _ in range(ngram - 1):
        oldest *= _BASE
    for text in range(offsets.size - 1):
        first, last = offsets[text], offsets[text + 1]
        if first == last:
            continue
        rolling, to, whole = np.uint64(0), made[text], min(first + ngram, last)
        for at in range(first, whole):
            rolling = rolling * _BASE + words[at]
        hashes[to] = mix64(rolling)
        for at in range(whole, last):
            to += 1
            rolling = (rolling - words[at - ngram] * oldest) * _BASE + words[at]
            hashes[to] = mix64(rolling)


@kernel
def _unique(sets, offsets, ends):
    used = 0
    for number in range(offsets.size - 1):
        ordered = np.sort(sets[offsets[number] : offsets[number + 1]])
        for at in range(ordered.size):
            if at == 0 or ordered[at] != ordered[at - 1]:
                sets[used] = ordered[at]  # never ahead of what is still to be read
                used += 1
        ends[number + 1] = used
    return used


@kernel
def _jaccard(hashes, offsets, a, b):
    result = np.zeros(a.size)
    for pair in range(a.size):
        i, end_i = offsets[a[pair]], offsets[a[pair] + 1]
        j, end_j = offsets[b[pair]], offsets[b[pair] + 1]
        total, common = end_i - i + end_j - j, 0
        while i < end_i and j < end_j:
            x, y = hashes[i], hashes[j]
            common += x == y
            i += x <= y
            j += y <= x
        if total:
            result[pair] = common / (total - common)
    return result

"""How often the terms of a list occur in texts, each term one or several words in a row, by 64-bit hashes.

Words are those of `joined_units`. What follows its neighbour with nothing between them, as letters of scripts without
spaces do, does so in the term as in the text; where the term begins, it doesn't matter.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from curate.kernels.jit import inner, kernel
from curate.kernels.words import joined_units

JOINED = np.uint64(0xD6E8FEB86659FD93)  # tells a word that follows its neighbour directly from the same with a gap
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
BEGIN_BITS = 14


class Terms(NamedTuple):
    """A set of terms."""

    keys: np.ndarray  # uint64 of every term, 0 = free slot: an open-addressing set
    longest: int  # words of the longest
    begins: np.ndarray  # bool by the top bits of a word: whether a term may begin with it, which few words can


def table(terms: list[str]) -> Terms:
    """The set of `terms`; one without a word (`***`) can't occur and is left out."""
    hashes, offsets, joined = joined_units(pa.array(terms, pa.large_string()))
    keys = np.zeros(1 << (4 * len(terms) + 4).bit_length(), np.uint64)
    _insert(hashes, _within(hashes, joined), offsets, keys)
    begins = np.zeros(1 << BEGIN_BITS, np.bool_)
    begins[hashes[offsets[:-1][np.diff(offsets) > 0]] >> np.uint64(64 - BEGIN_BITS)] = True
    return Terms(keys, int(np.diff(offsets).max(initial=0)), begins)


def count(hashes: np.ndarray, offsets: np.ndarray, joined: np.ndarray, terms: Terms) -> np.ndarray:
    """int64[n] occurrences without overlap, from the left, longest term first; words as `joined_units` gives them."""
    found = np.zeros(offsets.size - 1, np.int64)
    _count(hashes, _within(hashes, joined), offsets, *terms, found)
    return found


def _within(hashes: np.ndarray, joined: np.ndarray) -> np.ndarray:
    """The hashes of words that are not the first of a term: others where they are joined."""
    return np.where(joined, hashes ^ JOINED, hashes) if len(joined) else hashes


@kernel
def _insert(hashes, within, offsets, keys):
    for i in range(offsets.size - 1):
        h = np.uint64(0)
        for w in range(offsets[i], offsets[i + 1]):
            h = _and_word(h, within[w] if w > offsets[i] else hashes[w])
        if h:
            keys[_slot(h, keys)] = h


@kernel
def _count(hashes, within, offsets, keys, longest, begins, found):
    for i in range(offsets.size - 1):
        w, end = offsets[i], offsets[i + 1]
        while w < end:
            if not begins[hashes[w] >> np.uint64(64 - BEGIN_BITS)]:
                w += 1
                continue
            h, matched = np.uint64(0), 0
            for k in range(min(longest, end - w)):
                h = _and_word(h, within[w + k] if k else hashes[w])
                if h and keys[_slot(h, keys)] == h:
                    matched = k + 1
            found[i] += matched > 0
            w += max(matched, 1)


@inner
def _and_word(h, word):
    return (h ^ h >> np.uint64(31)) * MULTIPLIER + word


@inner
def _slot(h, keys):
    """Where h is, or would be put."""
    mask = keys.size - 1
    slot = np.int64(h >> np.uint64(17)) & mask
    while keys[slot] and keys[slot] != h:
        slot = (slot + 1) & mask
    return slot

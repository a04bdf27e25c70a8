"""Which n-grams of benchmark items occur in texts: n words in a row, rolled into one 64-bit hash and looked up.

The hash of an n-gram is a polynomial in the words' hashes (Karp and Rabin 1987, modulo 2^64), so a step costs two
multiplications whatever n is. A Bloom filter of 16 to 32 bits an n-gram, its three bits in one 64-bit word (Putze et
al. 2007), turns 99 of 100 strangers away before the sorted table is searched. Items shorter than n are one n-gram of
their own length, and each length is one more roll.

Memory: 8 bytes a different n-gram, 2 to 4 of filter, 8 for each place where it stands, 12 a word of the items: about
30 bytes a word, and three times that while the set is made. Two different n-grams share a hash with a
probability of 2^-64, at worst near 2^-59 (words that change places lose up to five bits): 10^13 words of text against
10^6 n-grams give about one false hit, at worst 17.
"""

from typing import NamedTuple

import numpy as np

from curate.kernels.jit import inner, kernel

BASE = np.uint64(0x9E3779B97F4A7C13)  # 3 modulo 8, so that powers differ by few factors of two
LENGTH, MIX = np.uint64(0xE7037ED1A0B428DB), np.uint64(0xBF58476D1CE4E5B9)
BITS = 16  # of the filter, for each n-gram, at least


class Ngrams(NamedTuple):
    """A set of n-grams, and where in the items each stands."""

    lengths: np.ndarray  # int64, each length that some n-gram has, once
    keys: np.ndarray  # uint64, sorted
    starts: np.ndarray  # int64[keys + 1] into places
    places: np.ndarray  # int64, word of the items at which the n-gram begins
    filter: np.ndarray  # uint64, as many as a power of two


def roll(words: np.ndarray, offsets: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """uint64[words]: hash of the `lengths[i]` words from each word of text i on; 0 where so many are not left."""
    hashes = np.zeros(words.size, np.uint64)
    _roll(words, offsets, lengths, hashes)
    return hashes


def bloom(keys: np.ndarray) -> np.ndarray:
    """The filter that lets `keys` pass: uint64, as many as a power of two."""
    filter = np.zeros(1 << max(4, (BITS * keys.size // 64).bit_length()), np.uint64)
    _fill(keys, filter)
    return filter


def search(words: np.ndarray, offsets: np.ndarray, ngrams: Ngrams) -> tuple[np.ndarray, np.ndarray]:
    """(hits int64[n], covered int64[n]): n-grams of the set that occur in each text, and its words that they cover."""
    hits, covered, _ = _searched(words, offsets, ngrams, 0)
    return hits, covered


def found(words: np.ndarray, offsets: np.ndarray, ngrams: Ngrams) -> tuple[np.ndarray, np.ndarray]:
    """(texts int64, numbers int64 of n-grams in `keys`) of every hit; for texts that are known to have some."""
    hits, _ = search(words, offsets, ngrams)
    _, _, numbers = _searched(words, offsets, ngrams, int(hits.sum()))
    return np.repeat(np.arange(hits.size), hits), numbers


def _searched(words: np.ndarray, offsets: np.ndarray, ngrams: Ngrams, room: int) -> tuple[np.ndarray, ...]:
    n = offsets.size - 1
    hits, covered, numbers = np.zeros(n, np.int64), np.zeros(n, np.int64), np.empty(room, np.int64)
    marked = np.zeros(int(np.diff(offsets).max(initial=0)), np.uint8)
    _search(words, offsets, ngrams.lengths, ngrams.keys, ngrams.filter, hits, covered, marked, numbers)
    return hits, covered, numbers


@kernel
def _fill(keys, filter):
    for h in keys:
        filter[np.int64(h & np.uint64(filter.size - 1))] |= _three(h)


@kernel
def _roll(words, offsets, lengths, hashes):
    for i in range(offsets.size - 1):
        length, first, end = lengths[i], offsets[i], offsets[i + 1]
        if length == 0 or end - first < length:
            continue
        h, power = _first(words, first, length)
        hashes[first] = _mixed(h, length)
        for w in range(first + length, end):
            h = h * BASE + words[w] - words[w - length] * power
            hashes[w - length + 1] = _mixed(h, length)


@kernel
def _search(words, offsets, lengths, keys, filter, hits, covered, marked, numbers):
    written = 0
    for i in range(offsets.size - 1):
        first, end = offsets[i], offsets[i + 1]
        for length in lengths:
            if end - first < length:
                continue
            h, power = _first(words, first, length)
            until = 0
            for w in range(first + length - 1, end):
                if w >= first + length:
                    h = h * BASE + words[w] - words[w - length] * power
                number = _number(_mixed(h, length), keys, filter)
                if number < 0:
                    continue
                hits[i] += 1
                if numbers.size:
                    numbers[written] = number
                    written += 1
                begin = w - first - length + 1
                marked[max(begin, until) : begin + length] = 1
                until = begin + length
        if hits[i]:
            for w in range(end - first):
                covered[i] += marked[w]
                marked[w] = 0


@inner
def _first(words, first, length):
    """(hash of the first n-gram, weight of a word that leaves)."""
    h, power = np.uint64(0), np.uint64(1)
    for w in range(first, first + length):
        h = h * BASE + words[w]
        power *= BASE
    return h, power


@inner
def _mixed(h, length):
    h += LENGTH * np.uint64(length)
    h = (h ^ h >> np.uint64(30)) * MIX
    return h ^ h >> np.uint64(31)


@inner
def _three(h):
    """Three bits of 64, named by the upper bits of h."""
    one, six = np.uint64(1), np.uint64(63)
    return one << (h >> np.uint64(58)) | one << (h >> np.uint64(52) & six) | one << (h >> np.uint64(46) & six)


@inner
def _number(h, keys, filter):
    """Which of `keys` h is; -1 for none."""
    three = _three(h)
    if filter[np.int64(h & np.uint64(filter.size - 1))] & three != three:
        return -1
    low, high = 0, keys.size
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < h:
            low = middle + 1
        else:
            high = middle
    return low if low < keys.size and keys[low] == h else -1

"""How many characters of a text its repeated n-grams of words cover.

n grows from 2 to 10, and an n-gram can only occur twice if the two (n-1)-grams inside it do: so after n = 2 few
positions are left, and ten lengths cost little more than one. Of the many 2-grams most occur once, and a table of one
byte for each hash that counts to two, eight times as many as there are 2-grams, tells so without a branch; only those
that may be twice are compared, by their 64-bit hashes. All tables are as small as the text, so they stay in the cache.
"""

import numpy as np

from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
SPARE, SPARSE = 8, 4


def covered(scan: Scan, top: tuple[int, ...], dup: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """(characters of all words int64[n], characters covered int64[n, longest + 1], column = length of the n-gram).

    For lengths in `top`: by every occurrence of the most frequent n-gram. In `dup`: by occurrences after the first.
    """
    longest = max(top + dup)
    is_top = np.array([n in top for n in range(longest + 1)])
    most = int(np.diff(scan.word_offsets).max(initial=0)) + 1
    chars, out = np.zeros(len(scan.chars), np.int64), np.zeros((len(scan.chars), longest + 1), np.int64)
    before, hashes = np.empty(most + 1, np.int64), np.empty(most, np.uint64)
    places, origins, counts = (np.empty(most, np.int32) for _ in range(3))
    repeats, table = np.empty(most + 1, np.uint8), np.empty(1 << (SPARSE * most).bit_length(), np.int32)
    seen = np.empty(max(64, 1 << (SPARE * most).bit_length()), np.uint8)
    _covered(
        scan.word_offsets, scan.word_hashes, scan.word_chars, is_top, chars, out,
        before, hashes, places, origins, counts, repeats, table, seen,
    )  # fmt: skip
    return chars, out


@kernel
def _covered(
    word_offsets, word_hashes, word_chars, is_top, chars, out,
    before, hashes, places, origins, counts, repeats, table, seen,
):  # fmt: skip
    for i in range(word_offsets.size - 1):
        first, words = word_offsets[i], word_offsets[i + 1] - word_offsets[i]
        before[0] = 0
        for w in range(words):
            before[w + 1] = before[w] + word_chars[first + w]
        chars[i] = before[words]
        repeats[: words + 1] = 0
        left = _perhaps_repeated(first, words, word_hashes, hashes, places, seen)
        for n in range(2, is_top.size):
            if n > 2:
                left = _candidates(n, words, left, first, word_hashes, hashes, places, repeats)
            if left < 2:
                break
            _count(left, hashes, places, origins, counts, table)
            if is_top[n]:
                out[i, n] = _cover_top(n, left, places, origins, counts, before)
            else:
                out[i, n] = _cover_later(n, left, places, origins, before)
            left = _keep_repeated(n, left, places, repeats, origins, counts)


@inner
def _perhaps_repeated(first, words, word_hashes, hashes, places, seen):
    """Hash all 2-grams, and put the places of those that may occur twice into `places`; how many."""
    size, shift = 64, np.uint64(58)
    while size < SPARE * words:
        size, shift = 2 * size, shift - np.uint64(1)
    seen[:size] = 0
    for w in range(words - 1):
        h = _longer(word_hashes[first + w], word_hashes[first + w + 1])
        hashes[w] = h
        times = seen[h >> shift]
        seen[h >> shift] = times + (times < 2)
    kept = 0
    for w in range(words - 1):
        places[kept] = w
        kept += seen[hashes[w] >> shift] > 1
    return kept


@inner
def _longer(h, word):
    return (h ^ h >> np.uint64(29)) * MULTIPLIER + word


@inner
def _candidates(n, words, left, first, word_hashes, hashes, places, repeats):
    """Keep the places whose two (n-1)-grams both repeat, and make their hashes those of n-grams."""
    kept = 0
    for x in range(left):
        at = places[x]
        last = at + n - 1
        places[kept] = at
        hashes[at] = _longer(hashes[at], word_hashes[first + min(last, words - 1)])
        kept += (last < words) & (repeats[at] == n - 1) & (repeats[at + 1] == n - 1)
    return kept


@inner
def _count(left, hashes, places, origins, counts, table):
    """The first place of the n-gram at each place, and how often it occurs."""
    size = 4
    while size < SPARSE * left:
        size *= 2
    table[:size] = -1
    for x in range(left):
        at = places[x]
        h = hashes[at]
        slot = np.int64((h ^ h >> np.uint64(32)) * MULTIPLIER >> np.uint64(20)) & (size - 1)
        origin = table[slot]
        while (origin >= 0) & (hashes[max(origin, 0)] != h):
            slot = (slot + 1) & (size - 1)
            origin = table[slot]
        before = counts[max(origin, 0)] if origin >= 0 else 0
        origin = origin if origin >= 0 else at
        table[slot], origins[x], counts[origin] = origin, origin, before + 1


@inner
def _cover_top(n, left, places, origins, counts, before):
    """Characters under the n-gram that occurs most often, the earliest of equals; 0 if none occurs twice."""
    best = origins[0]
    for x in range(left):
        if counts[origins[x]] > counts[best]:
            best = origins[x]
    if counts[best] < 2:
        return 0
    total = end = 0
    for x in range(left):
        if origins[x] == best:
            total += before[places[x] + n] - before[max(places[x], end)]
            end = places[x] + n
    return total


@inner
def _cover_later(n, left, places, origins, before):
    """Characters under the n-grams that occurred before."""
    total = end = 0
    for x in range(left):
        if origins[x] != places[x]:
            total += before[places[x] + n] - before[max(places[x], end)]
            end = places[x] + n
    return total


@inner
def _keep_repeated(n, left, places, repeats, origins, counts):
    """Keep the places of n-grams that occur twice; how many."""
    kept = 0
    for x in range(left):
        at, again = places[x], counts[origins[x]] > 1
        repeats[at] = n if again else 0
        places[kept] = at
        kept += again
    return kept

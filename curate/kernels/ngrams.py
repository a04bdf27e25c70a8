"""How many characters of a text its repeated n-grams of words cover.

n grows from 2 to 10, and an n-gram can only occur twice if the two (n-1)-grams inside it do: so after n = 2 few
positions are left, and ten lengths cost little more than one. n-grams are compared by 64-bit hashes.
"""

import numpy as np

from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def covered(scan: Scan, top: tuple[int, ...], dup: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """(characters of all words int64[n], characters covered int64[n, longest + 1], column = length of the n-gram).

    For lengths in `top`: by every occurrence of the most frequent n-gram. In `dup`: by occurrences after the first.
    """
    longest = max(top + dup)
    is_top = np.array([n in top for n in range(longest + 1)])
    most = int(np.diff(scan.word_offsets).max(initial=0))
    chars, out = np.zeros(len(scan.chars), np.int64), np.zeros((len(scan.chars), longest + 1), np.int64)
    slots = 1 << (2 * most + 1).bit_length()
    _covered(
        scan.word_offsets, scan.word_hashes, scan.word_chars, is_top, chars, out,
        np.empty(most + 1, np.int64), np.empty(most, np.uint64), np.empty(most, np.int64), np.empty(most + 1, np.int32),
        np.empty(slots, np.uint64), np.zeros(slots, np.int64), np.empty(slots, np.int32), np.empty(most, np.int64),
    )  # fmt: skip
    return chars, out


@kernel
def _covered(
    word_offsets,
    word_hashes,
    word_chars,
    is_top,
    chars,
    out,
    before,
    hashes,
    places,
    repeats,
    keys,
    stamps,
    counts,
    slots,
):
    epoch = 0
    for i in range(word_offsets.size - 1):
        first, words = word_offsets[i], word_offsets[i + 1] - word_offsets[i]
        before[0] = 0
        for w in range(words):
            before[w + 1] = before[w] + word_chars[first + w]
            hashes[w] = word_hashes[first + w]
            places[w] = w
            repeats[w] = 1
        chars[i] = before[words]
        left = words
        for n in range(2, is_top.size):
            left = _candidates(n, words, left, first, word_hashes, hashes, places, repeats)
            if left < 2:
                break
            epoch += 1
            size = 4
            while size < 2 * left:
                size *= 2
            _count(epoch, size - 1, left, hashes, places, keys, stamps, counts, slots)
            if is_top[n]:
                out[i, n] = _cover_top(n, left, places, slots, counts, before)
            left, later = _keep_repeated(n, left, places, repeats, slots, counts, before)
            if not is_top[n]:
                out[i, n] = later


@inner
def _candidates(n, words, left, first, word_hashes, hashes, places, repeats):
    """Keep the places whose two (n-1)-grams both repeat, and make their hashes those of n-grams."""
    kept = 0
    for x in range(left):
        at = places[x]
        if at + n <= words and repeats[at] == n - 1 and repeats[at + 1] == n - 1:
            places[kept] = at
            hashes[at] = (hashes[at] ^ hashes[at] >> np.uint64(29)) * MULTIPLIER + word_hashes[first + at + n - 1]
            kept += 1
    return kept


@inner
def _count(epoch, mask, left, hashes, places, keys, stamps, counts, slots):
    for x in range(left):
        h = hashes[places[x]]
        slot = np.int64((h ^ h >> np.uint64(32)) * MULTIPLIER >> np.uint64(20)) & mask
        while stamps[slot] == epoch and keys[slot] != h:
            slot = (slot + 1) & mask
        if stamps[slot] != epoch:
            stamps[slot], keys[slot], counts[slot] = epoch, h, 0
        counts[slot] += 1
        slots[x] = slot


@inner
def _cover_top(n, left, places, slots, counts, before):
    """Characters under the n-gram that occurs most often, the earliest of equals; 0 if none occurs twice."""
    best = -1
    for x in range(left):
        if best < 0 or counts[slots[x]] > counts[best]:
            best = slots[x]
    if counts[best] < 2:
        return 0
    total = end = 0
    for x in range(left):
        if slots[x] == best:
            total += before[places[x] + n] - before[max(places[x], end)]
            end = places[x] + n
    return total


@inner
def _keep_repeated(n, left, places, repeats, slots, counts, before):
    """(places of n-grams that occur twice, characters under those that occurred before); spends `counts`."""
    kept = total = end = 0
    for x in range(left):
        at, slot = places[x], slots[x]
        if counts[slot] == 1:
            continue
        if counts[slot] < 0:
            total += before[at + n] - before[max(at, end)]
            end = at + n
        counts[slot] = -1
        repeats[at] = n
        places[kept] = at
        kept += 1
    return kept, total

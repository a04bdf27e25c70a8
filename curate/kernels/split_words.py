"""Words where writing has no spaces: what a scan found between white space, cut at the letters of such scripts.

In Chinese, Japanese, Thai, Lao, Khmer and Burmese all there is between two spaces would be one word: a paragraph, often
a page. True words take a dictionary for each language, its licence and its version; counts and ratios need words of
about the right number and size. So a run of letters of one script is cut into words of the usual length, from its
beginning: 2 Han characters or Hiragana, 4 letters of Thai, Lao, Khmer or Burmese with their marks; Katakana, mostly
names and loans, stays whole. A change of script, or punctuation, begins a word; punctuation and marks belong to the
word before them, as `word,` is one in English. What holds no such letter is cut nowhere: text in other scripts has the
words it ever had. `SIZES` was measured against dictionaries (docs/signals.md).

Costs 6 to 10 ns a character of texts that have such letters, as much as the scan itself, and nothing elsewhere.
"""

import numpy as np

from curate.kernels.characters import ALPHA, MARK, UNSPACED, WORD, decode
from curate.kernels.hashes import hash_span
from curate.kernels.jit import inner, kernel
from curate.kernels.scratch import empty

OTHER, SPACED, HAN, HIRAGANA, KATAKANA, SOUTHEAST = range(6)
SIZES = np.array([0, 0, 2, 2, 1 << 30, 4], np.int64)  # letters of a word; only those of scripts without spaces count


class Words:
    """Arrays of a scan's words, as in `Scan`, and where each of the words before went."""

    def __init__(self, most: int, before: int, texts: int) -> None:
        self.offsets = np.zeros(texts + 1, np.int64)
        self.moved = np.empty(before + 1, np.int64)  # the first new word of each
        self.starts, self.ends = empty("split.starts", most, np.int64), empty("split.ends", most, np.int64)
        self.chars, self.alphabetic = empty("split.chars", most, np.int32), empty("split.alphabetic", most, np.bool_)
        self.hashes = empty("split.hashes", most, np.uint64)


def split_words(
    data: np.ndarray, offsets: np.ndarray, starts: np.ndarray, ends: np.ndarray, chars: np.ndarray,
    alphabetic: np.ndarray, hashes: np.ndarray, apart: np.ndarray, flags: np.ndarray,
) -> Words:  # fmt: skip
    """`offsets` int64[n + 1] of the words of each text; `apart` int64[n], its letters of scripts without spaces."""
    before = int(offsets[-1])
    words = Words(before + 2 * int(apart.sum()), before, offsets.size - 1)
    found = _split(
        data, offsets, starts, ends, chars, alphabetic, hashes, apart, flags, SIZES,
        words.offsets, words.moved, words.starts, words.ends, words.chars, words.alphabetic, words.hashes,
    )  # fmt: skip
    for name in ("starts", "ends", "chars", "alphabetic", "hashes"):
        setattr(words, name, getattr(words, name)[:found])
    return words


@kernel
def _split(
    data, offsets, starts, ends, chars, alphabetic, hashes, apart, flags, sizes,
    new_offsets, moved, new_starts, new_ends, new_chars, new_alphabetic, new_hashes,
):  # fmt: skip
    to = 0
    for i in range(offsets.size - 1):
        for w in range(offsets[i], offsets[i + 1]):
            moved[w] = to
            if apart[i] and ends[w] - starts[w] > 3:
                into = (new_starts, new_ends, new_chars, new_alphabetic, new_hashes)
                to = _cut(data, starts[w], ends[w], flags, sizes, into, to)
            else:
                new_starts[to], new_ends[to], new_chars[to] = starts[w], ends[w], chars[w]
                new_alphabetic[to], new_hashes[to] = alphabetic[w], hashes[w]
                to += 1
        new_offsets[i + 1] = to
    moved[offsets[-1]] = to
    return to


@inner
def _cut(data, at, end, flags, sizes, into, to):
    """Write the words of data[at:end] to the arrays `into` from `to` on; behind the last of them."""
    starts, ends, chars, alphabetic, hashes = into
    begin, units, letters, current = at, 0, 0, OTHER
    alpha = broken = False
    while at < end:
        code, length = decode(data, at, end)
        flag = flags[code]
        kind = _kind(code, flag)
        if kind != OTHER:
            alike = kind == current and (kind == SPACED or not (broken or letters == sizes[kind]))
            if current != OTHER and not alike:
                starts[to], ends[to], chars[to], alphabetic[to] = begin, at, units, alpha
                hashes[to] = hash_span(data, begin, at)
                to += 1
                begin, units, letters, alpha = at, 0, 0, False
            current, broken = kind, False
            letters += 1
        elif not flag & MARK:
            broken = True
        alpha |= flag & ALPHA != 0
        units += 1
        at += length
    starts[to], ends[to], chars[to], alphabetic[to] = begin, end, units, alpha
    hashes[to] = hash_span(data, begin, end)
    return to + 1


@inner
def _kind(code, flag):
    if flag & MARK or not flag & WORD:
        return OTHER
    if not flag & UNSPACED:
        return SPACED
    if code < 0x2E80 or 0xA9E0 <= code <= 0xAADF or 0x11700 <= code <= 0x1174F:
        return SOUTHEAST
    if 0x3041 <= code <= 0x309F:
        return HIRAGANA
    if 0x30A0 <= code <= 0x30FF or 0x31F0 <= code <= 0x31FF or 0xFF66 <= code <= 0xFF9F:
        return KATAKANA
    return HAN

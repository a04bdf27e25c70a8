"""One pass over the bytes of a batch: its words and lines, which every family of signals then shares.

A word is what lies between white space, as `str.split()` has it; where scripts have no spaces it is cut further
(`split_words`). A line ends at \\n and at nothing else; a line without a word is left out, and the span of a line goes
from its first word to the end of its last. A paragraph is a run of lines with no wordless line between them. Costs 30
bytes of memory a word, and half a byte a byte of text, while the batch is measured.
"""

from typing import Any, NamedTuple

import numpy as np

from curate.kernels.bitmaps import INSIDE, MARKED, NEWLINES, ONE, TAILS, bitmaps, edges
from curate.kernels.buffers import Texts, buffers
from curate.kernels.characters import tables
from curate.kernels.hashes import hash_span
from curate.kernels.intrinsics import ones
from curate.kernels.jit import inner, kernel
from curate.kernels.scratch import empty
from curate.kernels.split_words import split_words


class Scan(NamedTuple):
    """Flat arrays over all texts; those of text i are at [x_offsets[i], x_offsets[i + 1])."""

    data: np.ndarray  # uint8[:], the UTF-8 bytes, shared with Arrow
    offsets: np.ndarray  # int64[n + 1], where each text begins in data
    chars: np.ndarray  # int64[n], code points of each text
    word_offsets: np.ndarray  # int64[n + 1]
    word_starts: np.ndarray  # int64[words], byte in data
    word_ends: np.ndarray  # int64[words]
    word_chars: np.ndarray  # int32[words], code points
    word_alphabetic: np.ndarray  # bool[words], whether it has a letter
    word_hashes: np.ndarray  # uint64[words], hash of its bytes
    line_offsets: np.ndarray  # int64[n + 1]
    line_words: np.ndarray  # int64[lines + 1], first word of each line; the last value is the number of words
    paragraph_offsets: np.ndarray  # int64[n + 1]
    paragraph_words: np.ndarray  # int64[paragraphs + 1], first word of each paragraph
    shared: dict[str, Any]  # what several families need and the first of them makes


def scan(texts: Texts) -> Scan:
    """Scan a string array, sliced, chunked or with nulls (empty texts)."""
    data, offsets = buffers(texts)
    maps = bitmaps(data, offsets, spaced=True)
    n, words, lines = offsets.size - 1, int(maps.words[-1]), maps.newlines + offsets.size - 1
    starts, ends = empty("scan.starts", words, np.int64), empty("scan.ends", words, np.int64)
    chars, alphabetic = empty("scan.chars", words, np.int32), empty("scan.alphabetic", words, np.bool_)
    hashes = empty("scan.hashes", words, np.uint64)
    line_offsets, paragraph_offsets = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    line_words, paragraph_words = np.empty(lines + 1, np.int64), np.empty(lines + 1, np.int64)
    places = np.empty(int(np.diff(maps.words).max(initial=0)) * 2, np.int32)
    _lines(maps.rows, maps.bits, maps.words, line_offsets, line_words, paragraph_offsets, paragraph_words)
    _words(data, offsets, *maps[:3], maps.tails, places, starts, ends, chars, alphabetic, hashes)
    k, p = int(line_offsets[-1]), int(paragraph_offsets[-1])
    line_words[k] = paragraph_words[p] = words
    found = (
        data, offsets, np.diff(offsets) - maps.tails, maps.words, starts, ends, chars, alphabetic, hashes,
        line_offsets, line_words[: k + 1], paragraph_offsets, paragraph_words[: p + 1],
    )  # fmt: skip
    return _cut(Scan(*found, {}), maps.apart) if maps.apart.any() else Scan(*found, {})


def _cut(whole: Scan, apart: np.ndarray) -> Scan:
    """With the words of scripts that have no spaces."""
    words = split_words(whole.data, *whole[3:9], apart, tables()[0])
    return whole._replace(
        word_offsets=words.offsets, word_starts=words.starts, word_ends=words.ends, word_chars=words.chars,
        word_alphabetic=words.alphabetic, word_hashes=words.hashes, line_words=words.moved[whole.line_words],
        paragraph_words=words.moved[whole.paragraph_words],
    )  # fmt: skip


@kernel
def _lines(rows, bits, words, line_offsets, line_words, paragraph_offsets, paragraph_words):
    lines = paragraphs = 0
    for i in range(rows.size - 1):
        # Words before the line's begin, words before this block.
        line, found = words[i], words[i]
        carry, new_paragraph = ONE - ONE, True
        for r in range(rows[i], rows[i + 1]):
            inside, newlines = bits[r, INSIDE], bits[r, NEWLINES]
            begins = inside & ~(inside << ONE | carry)
            carry = inside >> np.uint64(63)
            if r == rows[i + 1] - 1:
                newlines = ONE  # the end of the text ends its last line
            while newlines:
                bit = newlines & ~newlines + ONE
                before = found + ones(begins & bit - ONE)
                if before > line:
                    line_words[lines] = line
                    lines += 1
                    if new_paragraph:
                        paragraph_words[paragraphs] = line
                        paragraphs += 1
                new_paragraph = before == line
                line = before
                newlines ^= bit
            found += ones(begins)
        line_offsets[i + 1], paragraph_offsets[i + 1] = lines, paragraphs


@kernel
def _words(data, offsets, rows, bits, words, tails, places, starts, ends, chars, alphabetic, hashes):
    for i in range(offsets.size - 1):
        edges(bits, rows[i], rows[i + 1], places)
        first, count = words[i], words[i + 1] - words[i]
        for w in range(count):
            a, z = np.int64(places[2 * w]), np.int64(places[2 * w + 1])
            start, end = offsets[i] + a, offsets[i] + z
            starts[first + w], ends[first + w], chars[first + w] = start, end, z - a
            alphabetic[first + w] = bits[rows[i] + (z >> 6), MARKED] >> np.uint64(z & 63) & ONE
            hashes[first + w] = hash_span(data, start, end)
        if tails[i]:
            _count_tails(bits, rows[i], rows[i + 1])
            for w in range(count):
                chars[first + w] -= _tails(bits, rows[i], places[2 * w + 1]) - _tails(bits, rows[i], places[2 * w])


@inner
def _count_tails(bits, row, end_row):
    """INSIDE, which is no longer needed, becomes the number of tails in the text's blocks before."""
    before = ONE - ONE
    for r in range(row, end_row):
        bits[r, INSIDE] = before
        before += np.uint64(ones(bits[r, TAILS]))


@inner
def _tails(bits, row, place):
    """Tails in the `place` first bytes of the text."""
    r = row + (np.int64(place) >> 6)
    below = (ONE << np.uint64(place & 63)) - ONE
    return np.int64(bits[r, INSIDE]) + ones(bits[r, TAILS] & below)

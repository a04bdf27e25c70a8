"""One pass over the bytes of a batch: its words and lines, which every family of signals then shares.

A word is what lies between white space, as `str.split()` has it. A line ends at \\n and at nothing else; a line
without a word is left out, and the span of a line goes from its first word to the end of its last. A paragraph is a
run of lines with no wordless line between them. Costs 30 bytes of memory a word while the batch is measured.
"""

from typing import NamedTuple

import numpy as np

from curate.kernels.buffers import Texts, buffers
from curate.kernels.characters import SPACE, decode, tables
from curate.kernels.hashes import hash_span
from curate.kernels.jit import inner, kernel


class Scan(NamedTuple):
    """Flat arrays over all texts; those of text i are at [x_offsets[i], x_offsets[i + 1])."""

    data: np.ndarray  # uint8[:], the UTF-8 bytes, shared with Arrow
    offsets: np.ndarray  # int64[n + 1], where each text begins in data
    chars: np.ndarray  # int64[n], code points of each text
    word_offsets: np.ndarray  # int64[n + 1]
    word_starts: np.ndarray  # int64[words], byte in data
    word_ends: np.ndarray  # int64[words]
    word_chars: np.ndarray  # int32[words], code points
    word_classes: np.ndarray  # uint8[words], flags of characters.py that any of its characters has
    word_hashes: np.ndarray  # uint64[words], hash of its bytes
    line_offsets: np.ndarray  # int64[n + 1]
    line_words: np.ndarray  # int64[lines + 1], first word of each line; the last value is the number of words
    paragraph_offsets: np.ndarray  # int64[n + 1]
    paragraph_words: np.ndarray  # int64[paragraphs + 1], first word of each paragraph


def scan(texts: Texts) -> Scan:
    """Scan a string array, sliced, chunked or with nulls (empty texts)."""
    data, offsets = buffers(texts)
    n = offsets.size - 1
    words, lines = _upper_bounds(data, offsets)
    counts = [np.zeros(n + 1, np.int64) for _ in range(3)]
    chars = np.zeros(n, np.int64)
    starts, ends = np.empty(words, np.int64), np.empty(words, np.int64)
    word_chars, classes = np.empty(words, np.int32), np.empty(words, np.uint8)
    hashes = np.empty(words, np.uint64)
    line_words, paragraph_words = np.empty(lines + 1, np.int64), np.empty(lines + 1, np.int64)
    _scan(
        data,
        offsets,
        tables()[0],
        chars,
        *counts,
        starts,
        ends,
        word_chars,
        classes,
        hashes,
        line_words,
        paragraph_words,
    )
    w, k, p = (int(c[-1]) for c in counts)
    line_words[k] = paragraph_words[p] = w
    return Scan(
        data, offsets, chars, counts[0], starts[:w], ends[:w], word_chars[:w], classes[:w], hashes[:w],
        counts[1], line_words[: k + 1], counts[2], paragraph_words[: p + 1],
    )  # fmt: skip


def _upper_bounds(data: np.ndarray, offsets: np.ndarray) -> tuple[int, int]:
    """No more words than every second byte, no more lines than newlines and texts."""
    size, n = int(offsets[-1] - offsets[0]), offsets.size - 1
    return (size + n) // 2 + 1, int(np.count_nonzero(data[offsets[0] : offsets[-1]] == 10)) + n


@kernel
def _scan(
    data, offsets, flags, chars, word_offsets, line_offsets, paragraph_offsets,
    starts, ends, word_chars, classes, hashes, line_words, paragraph_words,
):  # fmt: skip
    words = lines = paragraphs = 0
    for i in range(offsets.size - 1):
        at, end = offsets[i], offsets[i + 1]
        counted = 0
        new_line, new_paragraph, lines_since_word = True, True, 0
        while at < end:
            code, length = np.int64(data[at]), 1
            if code >= 0x80:
                code, length = decode(data, at, end)
            if flags[code] & SPACE:
                if code == 10:
                    new_line = True
                    lines_since_word += 1
                    new_paragraph = new_paragraph or lines_since_word > 1
                counted += 1
                at += length
                continue
            start = at
            at, tails, seen = _word(data, start, end, flags)
            inside = at - start - tails
            if new_line:
                line_words[lines] = words
                lines += 1
            if new_paragraph:
                paragraph_words[paragraphs] = words
                paragraphs += 1
            new_line, new_paragraph, lines_since_word = False, False, 0
            starts[words], ends[words] = start, at
            word_chars[words], classes[words] = inside, seen
            hashes[words] = hash_span(data, start, at)
            words += 1
            counted += inside
        chars[i], word_offsets[i + 1] = counted, words
        line_offsets[i + 1], paragraph_offsets[i + 1] = lines, paragraphs


@inner
def _word(data, at, end, flags):
    """(end of the word that begins at `at`, bytes in it beyond the first of their character, its classes)."""
    tails, seen = 0, np.uint8(0)
    while at < end:
        byte, length = data[at], 1
        if byte < 0x80:
            found = flags[byte]
        else:
            code, length = decode(data, at, end)
            found = flags[code]
        if found & SPACE:
            break
        seen |= found
        tails += length - 1
        at += length
    return at, tails, seen

"""Lines as the units of boilerplate: a 64-bit hash for each line of each text.

A line is what stands between two `\\n`; a text has one more than it has `\\n`. Two lines are the same if they agree
after lower-casing, with each digit read as 0 and white space and punctuation left out, as CCNet normalises (Wenzek et
al. 2020), but with accents kept: "Page 12 of 40" is "page 7 of 95". A line that is blank, has fewer than `min_chars`
characters between its ends' white space, or has no letter (rules, dates, columns of numbers) gets hash 0: it is never
counted and never removed. Lower case and classes are of Unicode 15.1, whatever Python runs.
"""

from __future__ import annotations

import numpy as np

from curate.dedup.line_counts import count, frequent, mask, once_a_document
from curate.dedup.line_edits import remove_lines, taken
from curate.dedup.mixing import mix64
from curate.dedup.repetition import repetition
from curate.kernels.buffers import Texts, buffers
from curate.kernels.characters import ALPHA, DIGIT, PUNCTUATION, SPACE, decode, tables
from curate.kernels.jit import inner, kernel

__all__ = [
    "count", "frequent", "line_hashes", "mask", "once_a_document", "remove_lines", "repetition", "taken",
]  # fmt: skip
NEWLINE, ZERO = 10, 48
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def line_hashes(texts: Texts, min_chars: int) -> tuple[np.ndarray, np.ndarray]:
    """(uint64[lines of all texts], offsets int64[n+1]): one hash a line, 0 where it does not count."""
    content, starts = buffers(texts)
    flags, lowers = tables()
    hashes = np.empty(count_lines(content, starts), np.uint64)
    offsets = np.zeros(len(starts), np.int64)
    _hash_lines(content, starts, flags, lowers, min_chars, hashes, offsets)
    return hashes, offsets


def count_lines(content: np.ndarray, starts: np.ndarray) -> int:
    """Lines of all texts together."""
    window = content[starts[0] : starts[-1]]
    return int(np.count_nonzero(window == NEWLINE)) + len(starts) - 1


@kernel
def _hash_lines(content, starts, flags, lowers, min_chars, hashes, offsets):
    made = 0
    for text in range(starts.size - 1):
        at, end = starts[text], starts[text + 1]
        while True:
            hashes[made], at = _hash_line(content, at, end, flags, lowers, min_chars)
            made += 1
            if at >= end:  # also past it: the last line has no newline
                break
            at += 1
            if at == end:  # a final newline is followed by an empty last line
                hashes[made] = 0
                made += 1
                break
        offsets[text + 1] = made


@inner
def _hash_line(content, at, end, flags, lowers, min_chars):
    """(hash of the line that begins at `at`, where its newline or the text's end is)."""
    h, chars, trailing, letters = np.uint64(0), 0, 0, 0
    while at < end and content[at] != NEWLINE:
        code, size = decode(content, at, end)
        at += size
        flag = flags[code]
        if flag & SPACE:
            trailing += chars > 0
            continue
        chars += trailing + 1
        trailing = 0
        letters += flag & ALPHA != 0
        if not flag & PUNCTUATION:
            kept = np.uint64(ZERO) if flag & DIGIT else np.uint64(lowers[code])
            h = (h ^ kept) * _FACTOR
            h ^= h >> np.uint64(29)
    if letters == 0 or chars < min_chars:
        return np.uint64(0), at
    return max(mix64(h), np.uint64(1)), at

"""Lines that repeat themselves, as log messages and keyword stuffing do: the share of a line's words that stand in an
n-gram found at least twice in that line (Llama 3, section 3.1.1, after Rae et al. 2021, table A1).

The papers leave n open for lines; we take 5, the shortest n-gram whose repeats Rae et al. measure by coverage. Every
occurrence counts, also the first. Only lines of at least `min_words` words are looked at, and as those are few, they
alone are split into words again.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from curate.dedup.arrays import owned
from curate.dedup.shingles import shingles
from curate.kernels.buffers import Texts, buffers
from curate.kernels.jit import kernel
from curate.kernels.words import shingle_words

NGRAM = 5
NEWLINE = 10


def repetition(texts: Texts, min_words: int) -> np.ndarray:
    """uint8, one a line: percent, rounded down, of its words in repeated 5-grams; 0 below `min_words`."""
    content, starts = buffers(texts)
    begins = _line_starts(content, starts)
    percent = np.zeros(len(begins) - 1, np.uint8)
    long = np.flatnonzero(np.diff(begins) >= max(2 * min_words - 1, 2 * NGRAM + 1))  # fewer bytes can't hold the words
    if not len(long):
        return percent
    words, offsets = shingle_words(_lines(content, begins).take(pa.array(long)))
    grams, gram_offsets = shingles(words, offsets, NGRAM)
    result = np.zeros(len(long), np.uint8)
    _cover(grams, gram_offsets, owned(offsets, np.int64), min_words, result)
    percent[long] = result
    return percent


def _line_starts(content: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Where lines begin, and the end of all: line i with its newline is content[begins[i]:begins[i+1]]."""
    after = np.flatnonzero(content[starts[0] : starts[-1]] == NEWLINE) + starts[0] + 1
    return np.sort(np.concatenate([starts, after]), kind="stable")


def _lines(content: np.ndarray, begins: np.ndarray) -> pa.LargeStringArray:
    parts = [None, pa.py_buffer(begins), pa.py_buffer(content)]
    return pa.LargeStringArray.from_buffers(len(begins) - 1, parts[1], parts[2])


@kernel
def _cover(grams, gram_offsets, offsets, min_words, percent):
    most = 1
    for line in range(offsets.size - 1):
        most = max(most, gram_offsets[line + 1] - gram_offsets[line])
    slots = 4
    while slots < 2 * most:
        slots *= 2
    table, repeated = np.empty(slots, np.int64), np.empty(most, np.bool_)
    for line in range(offsets.size - 1):
        words, count = offsets[line + 1] - offsets[line], gram_offsets[line + 1] - gram_offsets[line]
        if words < min_words or words <= NGRAM:
            continue
        _mark_repeats(grams[gram_offsets[line] : gram_offsets[line + 1]], table, repeated)
        covered, reach = 0, 0
        for at in range(count):
            if repeated[at]:
                covered += at + NGRAM - max(at, reach)
                reach = at + NGRAM
        percent[line] = 100 * covered // words


@kernel
def _mark_repeats(grams, table, repeated):
    """repeated[i]: grams[i] is there twice. An open table of first positions, as small as the line allows."""
    slots = 4
    while slots < 2 * grams.size:
        slots *= 2
    table[:slots] = -1
    for at in range(grams.size):
        repeated[at] = False
        slot = np.int64(grams[at] & np.uint64(slots - 1))
        while table[slot] >= 0 and grams[table[slot]] != grams[at]:
            slot = (slot + 1) & (slots - 1)
        if table[slot] < 0:
            table[slot] = at
        else:
            repeated[at] = repeated[table[slot]] = True

"""Consecutive lines joined to passages that are long enough to tell a language by, from the lines of a scan."""

from typing import NamedTuple

import numpy as np

from curate.kernels.jit import kernel
from curate.kernels.scan import Scan


class Passages(NamedTuple):
    """Those of text i are at [offsets[i], offsets[i + 1])."""

    offsets: np.ndarray  # int64[n + 1]
    starts: np.ndarray  # int64[passages], byte in the scan's data
    ends: np.ndarray  # int64[passages]
    chars: np.ndarray  # int64[passages], code points of its words


def passages(scan: Scan, least: int) -> Passages:
    """A passage ends with the line in which it reaches `least` code points; what is left at the end of a text joins
    the passage before, if there is one."""
    lines = int(scan.line_offsets[-1])
    made = Passages(np.zeros(len(scan.line_offsets), np.int64), *np.empty((3, lines), np.int64))
    _passages(
        scan.line_offsets, scan.line_words, scan.word_starts, scan.word_ends, scan.word_chars, least, *made
    )  # fmt: skip
    found = int(made.offsets[-1])
    return Passages(made.offsets, made.starts[:found], made.ends[:found], made.chars[:found])


@kernel
def _passages(line_offsets, line_words, word_starts, word_ends, word_chars, least, offsets, starts, ends, chars):
    to = 0
    for i in range(line_offsets.size - 1):
        first, size, opened = to, 0, False
        for k in range(line_offsets[i], line_offsets[i + 1]):
            if not opened:
                starts[to], size, opened = word_starts[line_words[k]], 0, True
            for w in range(line_words[k], line_words[k + 1]):
                size += word_chars[w]
            ends[to], chars[to] = word_ends[line_words[k + 1] - 1], size
            if size >= least:
                to += 1
                opened = False
        if opened and to > first:
            ends[to - 1] = ends[to]
            chars[to - 1] += chars[to]
        elif opened:
            to += 1
        offsets[i + 1] = to

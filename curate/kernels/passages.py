"""Lines joined, and long ones cut between words, to passages just long enough to tell a language by."""

from typing import NamedTuple

import numpy as np

from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan


class Passages(NamedTuple):
    """Those of text i are at [offsets[i], offsets[i + 1])."""

    offsets: np.ndarray  # int64[n + 1]
    starts: np.ndarray  # int64[passages], byte in the scan's data
    ends: np.ndarray  # int64[passages]
    chars: np.ndarray  # int64[passages], code points of its words


def passages(scan: Scan, least: int, most: int) -> Passages:
    """A passage ends with the line in which it reaches `least` code points; inside a line, if as many are left in it,
    with a sentence (`.`, `!`, `?`) from half of `most` on, or with the word with which it reaches `most`. What is left
    at the end of a text joins the passage before, if there is one."""
    room = int(scan.word_chars.sum()) // least + len(scan.line_offsets)
    made = Passages(np.zeros(len(scan.line_offsets), np.int64), *np.empty((3, room), np.int64))
    _passages(
        scan.line_offsets, scan.line_words, scan.word_starts, scan.word_ends, scan.word_chars,
        scan.data, least, most, *made,
    )  # fmt: skip
    found = int(made.offsets[-1])
    return Passages(made.offsets, made.starts[:found], made.ends[:found], made.chars[:found])


@kernel
def _passages(line_offsets, line_words, word_starts, word_ends, word_chars, data, least, most,
              offsets, starts, ends, chars):  # fmt: skip
    to = 0
    for i in range(line_offsets.size - 1):
        first, size, opened = to, 0, False
        for k in range(line_offsets[i], line_offsets[i + 1]):
            left = 0
            for w in range(line_words[k], line_words[k + 1]):
                left += word_chars[w]
            for w in range(line_words[k], line_words[k + 1]):
                if not opened:
                    starts[to], size, opened = word_starts[w], 0, True
                size += word_chars[w]
                left -= word_chars[w]
                cut = size >= most or (2 * size >= most and _ends_sentence(data, word_ends[w]))
                if (cut and left >= least) or (left == 0 and size >= least):
                    ends[to], chars[to] = word_ends[w], size
                    to += 1
                    opened = False
            if opened:
                ends[to], chars[to] = word_ends[line_words[k + 1] - 1], size
        if opened and to > first:
            ends[to - 1] = ends[to]
            chars[to - 1] += chars[to]
        elif opened:
            to += 1
        offsets[i + 1] = to


@inner
def _ends_sentence(data, end):
    return data[end - 1] == 46 or data[end - 1] == 33 or data[end - 1] == 63

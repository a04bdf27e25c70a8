"""Take lines out of texts. What stays is joined by `\\n`, byte for byte; what goes is named by its number from 0."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from curate.dedup.arrays import owned
from curate.kernels.buffers import Texts, buffers
from curate.kernels.jit import inner, kernel

NEWLINE = 10


class Edited(NamedTuple):
    text: pa.LargeStringArray  # or StringArray, as it was
    removed: pa.ListArray  # list<int32> of line numbers


def remove_lines(texts: Texts, gone: np.ndarray, offsets: np.ndarray) -> Edited:
    """Texts without the lines where `gone` (bool, one a line; text i has gone[offsets[i]:offsets[i+1]]) is true."""
    content, starts = buffers(texts)
    gone, offsets = owned(gone, np.bool_), owned(offsets, np.int64)
    left = np.empty(int(starts[-1] - starts[0]), np.uint8)
    ends = np.zeros(len(starts), np.int64)
    _copy_kept(content, starts, gone, offsets, left, ends)
    left = left[: ends[-1]]
    kind = texts.type if pa.types.is_large_string(texts.type) else pa.string()
    width = np.int64 if pa.types.is_large_string(kind) else np.int32
    parts = [None, pa.py_buffer(ends.astype(width)), pa.py_buffer(left)]
    return Edited(pa.Array.from_buffers(kind, len(starts) - 1, parts), _numbers(gone, offsets))


def taken(texts: Texts, gone: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(lines int64[n], characters int64[n]) that leave each text, a newline with each line.

    So the characters of several disjoint masks add up to what the text loses, unless nothing of it stays.
    """
    content, starts = buffers(texts)
    gone, offsets = owned(gone, np.bool_), owned(offsets, np.int64)
    lines, chars = np.zeros((2, len(starts) - 1), np.int64)
    _count_taken(content, starts, gone, offsets, lines, chars)
    return lines, chars


def _numbers(gone: np.ndarray, offsets: np.ndarray) -> pa.ListArray:
    at = np.flatnonzero(gone)
    ends = np.searchsorted(at, offsets)
    numbers = at - np.repeat(offsets[:-1], np.diff(ends))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(numbers, pa.int32()))


@inner
def _any(gone, first, last):
    for line in range(first, last):  # noqa: SIM110 (numba compiles no generator into a reduction)
        if gone[line]:
            return True
    return False


@inner
def _line_end(content, at, end):
    while at < end and content[at] != NEWLINE:
        at += 1
    return at


@kernel
def _copy_kept(content, starts, gone, offsets, left, ends):
    to = 0
    for text in range(starts.size - 1):
        if not _any(gone, offsets[text], offsets[text + 1]):  # as most texts: copied as one
            size = starts[text + 1] - starts[text]
            left[to : to + size] = content[starts[text] : starts[text + 1]]
            to += size
            ends[text + 1] = to
            continue
        at, first = starts[text], True
        for line in range(offsets[text], offsets[text + 1]):
            stop = _line_end(content, at, starts[text + 1])
            if not gone[line]:
                if not first:
                    left[to] = NEWLINE
                    to += 1
                left[to : to + stop - at] = content[at:stop]
                to += stop - at
                first = False
            at = stop + 1
        ends[text + 1] = to


@kernel
def _count_taken(content, starts, gone, offsets, lines, chars):
    for text in range(starts.size - 1):
        at, count = starts[text], offsets[text + 1] - offsets[text]
        if not _any(gone, offsets[text], offsets[text + 1]):
            continue
        for line in range(offsets[text], offsets[text + 1]):
            stop = _line_end(content, at, starts[text + 1])
            if gone[line]:
                lines[text] += 1
                chars[text] += 1
                for byte in range(at, stop):
                    chars[text] += content[byte] & 0xC0 != 0x80  # not a continuation: a character begins
            at = stop + 1
        if count and lines[text] == count:
            chars[text] -= 1  # n lines have n-1 newlines

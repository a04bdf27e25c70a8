"""Texts as bitmaps, one bit a byte: where words are, and then where they begin and end.

Simdjson's way (Langdale and Lemire 2019), with Unicode: 64 bytes are compared at once, and only a block that holds
bytes beyond ASCII is decoded, character by character. A text begins a new block; its last row is empty, so that a word
at its very end has a bit behind it. Memory: four bits a byte, and 32 bytes a text.
"""

from typing import NamedTuple

import numpy as np

from curate.kernels.blocks import ALL, block
from curate.kernels.characters import ALPHA, SPACE, UNSPACED, WORD, decode, tables
from curate.kernels.intrinsics import LANES, byte_classes, lowest, ones
from curate.kernels.jit import inner, kernel
from curate.kernels.scratch import empty

# Columns. MARKED: letters, for words between white space; bytes beyond ASCII, for `\w+` words.
INSIDE, MARKED, TAILS, NEWLINES = range(4)
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ASCII_CLASSES = byte_classes(
    b"\t\n\v\f\r\x1c\x1d\x1e\x1f ", LETTERS + b"0123456789_", LETTERS, b"\n", range(0x80, 0x100)
)
ONE = np.uint64(1)


class Bitmaps(NamedTuple):
    rows: np.ndarray  # int64[n + 1], first row of each text
    bits: np.ndarray  # uint64[rows, 4]
    words: np.ndarray  # int64[n + 1], words before each text
    newlines: int
    tails: np.ndarray  # int64[n], bytes beyond the first of their character
    apart: np.ndarray  # int64[n], letters of scripts without spaces


def bitmaps(data: np.ndarray, offsets: np.ndarray, spaced: bool) -> Bitmaps:
    """Of words that white space separates if `spaced`, else of `\\w+` words; `data` has 64 bytes at least."""
    n = offsets.size - 1
    rows, words = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    np.cumsum((np.diff(offsets) + LANES - 1) // LANES + 1, out=rows[1:])
    bits, (tails, apart) = empty("bitmaps", 4 * int(rows[-1]), np.uint64).reshape(-1, 4), np.empty((2, n), np.int64)
    newlines = _classify(data, offsets, tables()[0], spaced, rows, bits, words, tails, apart)
    return Bitmaps(rows, bits, words, newlines, tails, apart)


@kernel
def _classify(data, offsets, flags, spaced, rows, bits, words, tails, apart):
    newlines = 0
    for i in range(offsets.size - 1):
        start, end = offsets[i], offsets[i + 1]
        found, lines, tails[i], apart[i] = _classify_text(data, start, end, flags, spaced, rows[i], bits)
        words[i + 1] = words[i] + found
        newlines += lines
    return newlines


@inner
def _classify_text(data, start, end, flags, spaced, row, bits):
    """(words, newlines, tails, letters apart) of data[start:end]."""
    words = lines = tails = apart = over = 0
    carry, last = ONE - ONE, np.uint8(0)
    for at in range(start, end, LANES):
        base, shift, valid = block(data, at, end)
        space, word, letter, newline, beyond = ASCII_CLASSES(data, base)
        beyond = beyond >> shift & valid
        inside = (~space if spaced else word) >> shift & valid
        marked = letter >> shift & valid if spaced else beyond
        newline = newline >> shift & valid
        tail = carry & ~carry
        if beyond or over:
            inside, marked, tail, letters, over, last = _decode(
                data, at, end, flags, spaced, inside & ~beyond, marked & ~beyond, beyond, over, last
            )
            tails += ones(tail)
            apart += letters
        bits[row, INSIDE], bits[row, MARKED], bits[row, TAILS], bits[row, NEWLINES] = inside, marked, tail, newline
        words += ones(inside & ~(inside << ONE | carry))
        lines += ones(newline)
        carry = inside >> np.uint64(63)
        row += 1
    bits[row, :] = np.uint64(0)
    return words, lines, tails, apart


@inner
def _decode(data, at, end, flags, spaced, inside, marked, beyond, over, last):
    """The bitmaps of the block at `at` with its characters beyond ASCII.

    `over` bytes of a character with flags `last` reached into this block; the same two come back for the next one.
    """
    tail, letters = beyond & ~beyond, 0
    if over:
        place = (ONE << np.uint64(over)) - ONE
        inside, marked = _put(place, last, spaced, inside, marked)
        tail |= place
        beyond &= ~place
        over = 0
    while beyond:
        k = lowest(beyond)
        code, length = decode(data, at + k, end)
        last = flags[code]
        letters += last & UNSPACED != 0
        first = ONE << np.uint64(k)
        place = (first << np.uint64(length)) - first if k + length < LANES else ALL << np.uint64(k)
        inside, marked = _put(place, last, spaced, inside, marked)
        tail |= place & ~first
        beyond &= ~place
        over = max(k + length - LANES, 0)
    return inside, marked, tail, letters, over, last


@inner
def _put(place, flag, spaced, inside, marked):
    is_inside = flag & SPACE == 0 if spaced else flag & WORD != 0
    is_marked = flag & ALPHA != 0 if spaced else is_inside
    return inside | (place if is_inside else place & ~place), marked | (place if is_marked else place & ~place)


@inner
def edges(bits, row, end_row, places):
    """Write to `places` where each word of the text of these rows begins and ends, in bytes from the text's begin.

    A MARKED bit then stands behind each word that had one, and nowhere else: in the sum of a run of ones and of any of
    its bits, the carry comes out behind the run.
    """
    carry = mark = ONE - ONE
    found = 0
    for r in range(row, end_row):
        inside = bits[r, INSIDE]
        before = inside << ONE | carry
        ends = before & ~inside
        total = inside + ((bits[r, MARKED] | mark) & inside)
        bits[r, MARKED] = total & ends | mark & ends & ONE
        mark = np.uint64(total < inside)
        carry = inside >> np.uint64(63)
        edge = inside ^ before
        while edge:
            places[found] = (r - row) * LANES + lowest(edge)
            found += 1
            edge &= edge - ONE

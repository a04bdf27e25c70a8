"""What a code point is (Unicode 15.1, whatever Python runs), and how to read one from UTF-8.

The tables come from characters.xz (`make_characters`): a few KB on disk, 5.5 MB in memory, read once in 40 ms.
"""

import lzma
from functools import cache
from pathlib import Path

import numpy as np

from curate.kernels.jit import inner

SPACE, ALPHA, DIGIT, WORD, UPPER, PUNCTUATION, UNSPACED, MARK = 1, 2, 4, 8, 16, 32, 64, 128
CODE_POINTS = 0x110000


@cache
def tables() -> tuple[np.ndarray, np.ndarray]:
    """(flags uint8[0x110000], lower-case code point int32[0x110000])."""
    raw = lzma.decompress(Path(__file__).with_name("characters.xz").read_bytes())
    flags = np.frombuffer(raw, np.uint8, CODE_POINTS).copy()
    steps = np.frombuffer(raw, "<i4", CODE_POINTS, CODE_POINTS)
    return flags, (np.arange(CODE_POINTS, dtype=np.int32) + steps).astype(np.int32)


@inner
def decode(data, at, end):
    """(code point, bytes) of the character at data[at]; a broken sequence is U+FFFD of one byte."""
    b = np.int64(data[at])
    if b < 0x80:
        return b, 1
    if 0xC2 <= b < 0xE0 and at + 1 < end:
        return (b & 0x1F) << 6 | _tail(data, at + 1), 2
    if 0xE0 <= b < 0xF0 and at + 2 < end:
        return (b & 0x0F) << 12 | _tail(data, at + 1) << 6 | _tail(data, at + 2), 3
    if (0xF0 <= b < 0xF4 and at + 3 < end) or (b == 0xF4 and at + 3 < end and data[at + 1] < 0x90):
        return (b & 7) << 18 | _tail(data, at + 1) << 12 | _tail(data, at + 2) << 6 | _tail(data, at + 3), 4
    return 0xFFFD, 1


@inner
def encode(code, out, at):
    """Write `code` as UTF-8 to out[at:]; the position behind it."""
    if code < 0x80:
        out[at] = code
        return at + 1
    if code < 0x800:
        out[at] = 0xC0 | code >> 6
        out[at + 1] = 0x80 | code & 0x3F
        return at + 2
    if code < 0x10000:
        out[at] = 0xE0 | code >> 12
        out[at + 1] = 0x80 | code >> 6 & 0x3F
        out[at + 2] = 0x80 | code & 0x3F
        return at + 3
    out[at] = 0xF0 | code >> 18
    out[at + 1] = 0x80 | code >> 12 & 0x3F
    out[at + 2] = 0x80 | code >> 6 & 0x3F
    out[at + 3] = 0x80 | code & 0x3F
    return at + 4


@inner
def _tail(data, at):
    return np.int64(data[at]) & 0x3F

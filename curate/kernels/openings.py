"""Where the first so many characters of each text lie, without the white space at either end."""

import numpy as np

from curate.kernels.blocks import block
from curate.kernels.buffers import Texts, buffers
from curate.kernels.characters import SPACE, decode, tables
from curate.kernels.intrinsics import LANES, byte_classes, lowest, ones
from curate.kernels.jit import inner, kernel

TAILS = byte_classes(range(0x80, 0xC0))
ONE = np.uint64(1)


def openings(texts: Texts, characters: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(data, starts int64[n], ends int64[n]): nothing is copied."""
    data, offsets = buffers(texts)
    starts, ends = offsets[:-1].copy(), np.empty(offsets.size - 1, np.int64)
    _openings(data, offsets, characters, tables()[0], starts, ends)
    return data, starts, ends


@kernel
def _openings(data, offsets, characters, flags, starts, ends):
    for i in range(starts.size):
        start, end = offsets[i], _end(data, offsets[i], offsets[i + 1], characters)
        while start < end:
            code, length = decode(data, start, end)
            if not flags[code] & SPACE:
                break
            start += length
        while end > start:
            last = end - 1
            while last > start and data[last] & 0xC0 == 0x80:
                last -= 1
            if not flags[decode(data, last, end)[0]] & SPACE:
                break
            end = last
        starts[i], ends[i] = start, end


@inner
def _end(data, start, end, characters):
    """Behind the first `characters` characters of data[start:end]."""
    left = characters
    for at in range(start, end, LANES):
        base, shift, valid = block(data, at, end)
        (tails,) = TAILS(data, base)
        begins = ~tails >> shift & valid
        if ones(begins) > left:
            for _ in range(left):
                begins &= begins - ONE
            return at + lowest(begins)
        left -= ones(begins)
    return end

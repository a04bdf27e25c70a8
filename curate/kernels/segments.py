"""Lines, or paragraphs, that a text has already had."""

import numpy as np

from curate.kernels.blocks import block
from curate.kernels.hashes import hash_span
from curate.kernels.intrinsics import LANES, byte_classes, ones
from curate.kernels.jit import inner, kernel
from curate.kernels.scan import Scan

TAILS = byte_classes(range(0x80, 0xC0))


def duplicates(scan: Scan, offsets: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """int64[n] each: segments that repeat an earlier one, their code points, the code points of all segments.

    `offsets` and `words` are the scan's of lines or of paragraphs.
    """
    counts = np.zeros((3, len(scan.chars)), np.int64)
    slots = 1 << (2 * int(np.diff(offsets).max(initial=0)) + 1).bit_length()
    seen, stamps = np.empty(slots, np.uint64), np.full(slots, -1, np.int64)
    ascii = scan.chars == np.diff(scan.offsets)
    _duplicates(scan.data, ascii, scan.word_starts, scan.word_ends, offsets, words, seen, stamps, counts)
    return counts[0], counts[1], counts[2]


@kernel
def _duplicates(data, ascii, starts, ends, offsets, words, seen, stamps, counts):
    mask = seen.size - 1
    for i in range(offsets.size - 1):
        for k in range(offsets[i], offsets[i + 1]):
            start, end = starts[words[k]], ends[words[k + 1] - 1]
            chars = end - start if ascii[i] else _code_points(data, start, end)
            counts[2, i] += chars
            h = hash_span(data, start, end)
            slot = np.int64(h) & mask
            while stamps[slot] == i and seen[slot] != h:
                slot = (slot + 1) & mask
            if stamps[slot] == i:
                counts[0, i] += 1
                counts[1, i] += chars
            else:
                stamps[slot], seen[slot] = i, h


@inner
def _code_points(data, start, end):
    tails = 0
    for at in range(start, end, LANES):
        base, shift, valid = block(data, at, end)
        tails += ones(TAILS(data, base)[0] >> shift & valid)
    return end - start - tails

"""How often a text in UTF-8 has the characters that UTF-8 makes when it is read as something else.

What `curate.charset.mojibake` asks of every page before it looks closer: 20 to 40 µs for 100 KB of markup, a block of
eight ASCII bytes at a step, where a regular expression takes milliseconds.
"""

from __future__ import annotations

import numpy as np

from curate.kernels.jit import inner, kernel

# What a character may be of a sequence misread through encoding e, as bits of its class: the first of two bytes (bit
# e), the first of three or four (bit 4 + e), a later one (bit 8 + e).
ENCODINGS = 4
_BLOCK = 0x8080808080808080


def count(encoded: bytes, classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(sequences, first characters of two that nothing follows) in valid UTF-8, int64[4] each, by encoding.

    `classes`: uint16[65536], of each character of the basic plane.
    """
    found, alone = np.zeros((2, ENCODINGS), np.int64)
    data = np.frombuffer(encoded, np.uint8)
    _count(data, data[: len(data) & ~7].view(np.uint64), classes, found, alone)
    return found, alone


@kernel
def _count(data, blocks, classes, found, alone):
    size = data.size
    at = 0
    before, last = 0, 0
    while at < size:
        if at & 7 == 0 and at >> 3 < blocks.size and blocks[at >> 3] & np.uint64(_BLOCK) == 0:
            _note(last & 15, alone)
            before, last = 0, 0
            at += 8
            continue
        byte = data[at]
        if byte < 0x80:
            _note(last & 15, alone)
            before, last = 0, 0
            at += 1
            continue
        kind, width = 0, 4
        if byte < 0xE0:
            width = 2
            if at + 1 < size:
                kind = np.int64(classes[((byte & 0x1F) << 6) | (data[at + 1] & 0x3F)])
        elif byte < 0xF0:
            width = 3
            if at + 2 < size:
                kind = np.int64(classes[((byte & 0x0F) << 12) | ((data[at + 1] & 0x3F) << 6) | (data[at + 2] & 0x3F)])
        later = kind >> 8 & 15
        _note((last & 15 & later) | (before >> 4 & last >> 8 & later & 15), found)
        _note(last & 15 & ~later, alone)
        before, last = last, kind
        at += width
    _note(last & 15, alone)


@inner
def _note(bits, counts):
    if bits:
        for e in range(ENCODINGS):
            counts[e] += bits >> e & 1

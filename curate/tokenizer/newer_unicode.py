r"""Code points that gigatoken classes differently from tiktoken and from the tokenizers library.

The patterns ask what is a letter (\p{L}) and a number (\p{N}). gigatoken 0.10 answers with Unicode 17, tiktoken 0.14
and tokenizers 0.23 with Unicode 16, so they cut text differently at letters and digits that are new in Unicode 17, and
nowhere else: the ranges below came from all 1,112,064 code points, encoded by each with a vocabulary whose merges show
the classes. A document that holds one of them goes to the library that defines the ids.
`tests/tokenizer/test_newer_unicode.py` repeats the comparison at the ranges and their neighbours; a release of any of
the three that moves to another Unicode fails it.

All of them begin with one of three bytes in UTF-8. Looking for those runs at 2.5 GB a CPU second; only what follows
them is decoded.
"""

from __future__ import annotations

import numpy as np

RANGES = [
    (0x088F, 0x088F), (0x0C5C, 0x0C5C), (0x0CDC, 0x0CDC), (0xA7CE, 0xA7CF), (0xA7D2, 0xA7D2), (0xA7D4, 0xA7D4),
    (0xA7F1, 0xA7F1), (0x10940, 0x10959), (0x10EC5, 0x10EC7), (0x11DB0, 0x11DDB), (0x11DE0, 0x11DE9),
    (0x16EA0, 0x16EB8), (0x16EBB, 0x16ED3), (0x16FF2, 0x16FF6), (0x187F8, 0x187FF), (0x18D09, 0x18D1E),
    (0x18D80, 0x18DF2), (0x1E6C0, 0x1E6DE), (0x1E6E0, 0x1E6E2), (0x1E6E4, 0x1E6E5), (0x1E6E7, 0x1E6ED),
    (0x1E6F0, 0x1E6F4), (0x1E6FE, 0x1E6FF), (0x2B73A, 0x2B73F), (0x2CEA2, 0x2CEAD), (0x323B0, 0x33479),
]  # fmt: skip
LEADS = sorted({chr(first).encode()[0] for bounds in RANGES for first in bounds})

_FIRST, _LAST = np.array(RANGES, np.int32).T.copy()
_PART = 4 << 20  # bytes looked at together, so that a long text does not take many times its size


def holds_newer(data: np.ndarray, offsets: np.ndarray) -> list[int]:
    """Rows of a batch (UTF-8 bytes, int64 offsets) whose text holds such a code point."""
    found = [_newer(data, start, min(start + _PART, len(data))) for start in range(0, len(data), _PART)]
    at = np.concatenate([np.zeros(0, np.int64), *found])
    return np.unique(np.searchsorted(offsets, at, side="right") - 1).tolist()


def _newer(data: np.ndarray, start: int, end: int) -> np.ndarray:
    """Where in data[start:end] one begins."""
    part = data[start:end]
    begins = part == LEADS[0]
    for lead in LEADS[1:]:
        begins |= part == lead
    at = start + np.flatnonzero(begins)
    if not len(at):
        return at
    first, second, third, fourth = (data.take(at + n, mode="clip").astype(np.int32) for n in range(4))
    three = (first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
    four = (first & 0x07) << 18 | (second & 0x3F) << 12 | (third & 0x3F) << 6 | fourth & 0x3F
    code = np.where(first >= 0xF0, four, three)
    place = np.searchsorted(_FIRST, code, side="right") - 1
    return at[(place >= 0) & (code <= _LAST[place])]

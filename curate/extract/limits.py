"""Pages that no parser gets through in time, told by counting, never by the clock.

Parsers are quadratic in the depth of nesting and in the attributes of one tag (measured with resiliparse: 10,000 nested
`div` 1.8 s, 30,000 19 s; 50,000 attributes 4 s). Two vectorised passes bound both from above in about 1 ms a MB.
Elements that close by themselves (`p`, `li`, `td` ...) or are void (`br`, `img` ...) do not nest, or only through
others that do. A page over a limit has its text stripped of tags instead (`curate.extract.html`).
"""

from __future__ import annotations

import numpy as np

MAX_DEPTH = 2_000
MAX_TAG = 100_000
_FLAT = (b"br", b"im", b"in", b"me", b"hr", b"p>", b"p ", b"li", b"td", b"tr", b"th", b"dt", b"dd", b"op", b"pa", b"us")


def too_deep(page: bytes) -> bool:
    """Whether the nesting may exceed MAX_DEPTH, or a tag has so many characters and attributes that parsers stall."""
    raw = np.frombuffer(page, np.uint8)
    starts = np.flatnonzero(raw[:-2] == ord("<")) if len(raw) > 3 else np.empty(0, np.int64)
    if len(starts) == 0:
        return False
    if len(starts) > MAX_DEPTH and _depth(raw, starts) > MAX_DEPTH:
        return True
    return _longest_tag(raw, starts) > MAX_TAG


def _depth(raw: np.ndarray, starts: np.ndarray) -> int:
    closes = raw[starts + 1] == ord("/")
    name = np.minimum(starts + 1 + closes, len(raw) - 2)
    first, second = raw[name] | 0x20, raw[name + 1] | 0x20
    nests = (first >= ord("a")) & (first <= ord("z"))
    for flat in _FLAT:
        nests &= ~((first == flat[0]) & (second == flat[1] | 0x20))
    steps = np.where(closes, -1, 1) * nests
    height = np.cumsum(steps)
    # Against closers without an opener: depth is the height above the lowest point so far.
    return int((height - np.minimum.accumulate(np.minimum(height, 0))).max())


def _longest_tag(raw: np.ndarray, starts: np.ndarray) -> int:
    """Characters of the longest tag that has more than a thousand blanks, that is, attributes."""
    opens = starts[((raw[starts + 1] | 0x20) >= ord("a")) & ((raw[starts + 1] | 0x20) <= ord("z"))]
    ends = np.append(np.flatnonzero(raw == ord(">")), len(raw))
    lengths = ends[np.searchsorted(ends, opens)] - opens
    suspects = np.flatnonzero(lengths > MAX_TAG // 10)
    return max((int(lengths[at]) * 10 for at in suspects if _blanks(raw, opens[at], lengths[at]) > 1_000), default=0)


def _blanks(raw: np.ndarray, start: int, length: int) -> int:
    return int((raw[start : start + length] <= ord(" ")).sum())

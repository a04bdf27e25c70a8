"""Pages that a parser does not get through in time, told by counting, never by the clock.

Parsers take time with the depth of every element, and with the square of the attributes of one tag (measured with
resiliparse: 10,000 nested `div` 1.8 s, 30,000 19 s; 400,000 leaves under 1,990 `div` 22 s; 50,000 attributes 4 s). Both
are estimated from the bytes in about 1 ms a MB. Elements that close by themselves (`p`, `li`, `td` ...) or are void
(`br`, `img` ...) do not nest, or only through others that do. None of 1,039 real pages comes near a limit.
"""

from __future__ import annotations

import re

import numpy as np

MAX_DEPTH = 2_000
MAX_DEPTH_SUM = 30_000_000  # over all elements: about a second
MAX_ATTRIBUTES_SQUARED = 300_000_000  # summed over tags: about half a second
# For trafilatura, which passes over a tree of Python objects several times: each is about a second.
MAX_BYTES = 1_000_000
MAX_ELEMENTS = 20_000
MAX_ELEMENT_DEPTHS = 300_000  # over all elements; 28,000 `div` in stacks of 150 took 7 s
_LONG_TAG = 4_096  # bytes; shorter tags cannot hold attributes enough

_FLAT = (b"br", b"im", b"in", b"me", b"hr", b"p>", b"p ", b"li", b"td", b"tr", b"th", b"dt", b"dd", b"op", b"pa", b"us")
_ATTRIBUTE = re.compile(rb"""[^\s=>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?""")


def too_costly(page: bytes) -> bool:
    """Whether a parser would stall on this page."""
    raw = np.frombuffer(page, np.uint8)
    starts = np.flatnonzero(raw[:-2] == ord("<")) if len(raw) > 3 else np.empty(0, np.int64)
    if len(starts) == 0:
        return False
    heights = _heights(raw, starts)
    if heights.max() > MAX_DEPTH or int(heights.sum()) > MAX_DEPTH_SUM:
        return True
    return _attributes_squared(page, raw, starts) > MAX_ATTRIBUTES_SQUARED


def fits_trafilatura(page: bytes, elements: int, depths: int) -> bool:
    """Whether trafilatura gets through a page; our engine has counted its elements and their depths."""
    few = len(page) <= MAX_BYTES and elements <= MAX_ELEMENTS and depths <= MAX_ELEMENT_DEPTHS
    return few and not too_costly(page)


def _heights(raw: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Elements open at each tag, at most."""
    closes = raw[starts + 1] == ord("/")
    name = np.minimum(starts + 1 + closes, len(raw) - 2)
    first, second = raw[name] | 0x20, raw[name + 1] | 0x20
    nests = (first >= ord("a")) & (first <= ord("z"))
    for flat in _FLAT:
        nests &= ~((first == flat[0]) & (second == flat[1] | 0x20))
    steps = np.where(closes, -1, 1) * nests
    height = np.cumsum(steps)
    # Closers without an opener close nothing: the height is that above the lowest point so far.
    return np.asarray(height - np.minimum.accumulate(np.minimum(height, 0)))


def _attributes_squared(page: bytes, raw: np.ndarray, starts: np.ndarray) -> int:
    """Of those tags that end at the same `>` the first holds all others, so that no byte is looked at twice."""
    # Comments and what is no element's name, as in scripts, have no attributes.
    letters = raw[starts + 1] | 0x20
    starts = starts[(letters >= ord("a")) & (letters <= ord("z"))]
    ends = np.append(np.flatnonzero(raw == ord(">")), len(raw))
    end = np.searchsorted(ends, starts)
    first = np.flatnonzero(np.diff(end, prepend=-1))
    lengths = ends[end[first]] - starts[first]
    long = lengths > _LONG_TAG
    spans = zip(starts[first][long].tolist(), lengths[long].tolist(), strict=True)
    return sum(sum(1 for _ in _ATTRIBUTE.finditer(page, at, at + length)) ** 2 for at, length in spans)

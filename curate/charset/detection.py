"""The charset of bytes that say nothing of it.

chardet 7: strict validity first, then models of byte pairs by language, compiled. It is shown only bytes beyond ASCII
and what stands within 40 bytes of them, 16 KB in all: a page's scripts and tags drown its text (of 292 texts in pages
with 25 KB of scripts it has 11 right when it sees all, 292 so). With that it is right at least as often as when left to
itself, and more often than uchardet and charset-normalizer (docs/sources.md). Cost: 1 to 3 ms, on few pages in a
hundred.
"""

from __future__ import annotations

import codecs

import numpy as np

from curate.charset.names import is_valid, known, narrowest

_WINDOW = 1 << 14
_AROUND = 40
_SHARE_OF_ZEROS = 0.3
_UNITS = (
    ("utf-32-le", 4, (2, 3)),
    ("utf-32-be", 4, (0, 1)),
    ("utf-16-le", 2, (1,)),
    ("utf-16-be", 2, (0,)),
)
_LEAST_SURE = 0.05  # bytes at random get 0.01 to 0.04 and the name of some encoding that has a letter for each
_BY_STRUCTURE = ("gb", "big5", "shift_jis", "cp9", "euc", "johab", "iso2022", "hz", "utf")  # not every byte is valid


def detect(body: bytes, least: float = _LEAST_SURE) -> str | None:
    """The codec of `body`, which is not valid UTF-8, if chardet is sure of it at least so much."""
    named = _named(_condensed(body), least)
    return narrowest(named, body) if named else None


def wide(body: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark: ASCII in it has a zero in every unit, in the same place."""
    head = body[: _WINDOW & ~3]
    for name, size, zeros in _UNITS:
        counts = [head[at::size].count(0) for at in range(size)]
        units = len(head) // size
        if units and all(counts[at] > units * _SHARE_OF_ZEROS for at in zeros) and _is_text(body, name):
            return name
    return None


def escaped(body: bytes) -> str | None:
    """The ISO 2022 encoding of ASCII bytes with escapes in them."""
    first = max(0, body.find(b"\x1b") - _AROUND)
    named = _named(body[first : first + _WINDOW]) or ""
    listed = ("iso2022_jp", named) if named.startswith("iso2022_jp") else (named,)
    return next((name for name in listed if name.startswith("iso2022") and is_valid(body, name)), None)


def _condensed(body: bytes) -> bytes:
    """Bytes beyond ASCII with what is around them, in their order."""
    raw = np.frombuffer(body, np.uint8)
    beyond = np.flatnonzero(raw >= 0x80)[:_WINDOW]
    raw = raw[: beyond[-1] + _AROUND + 1]
    starts = np.bincount(np.maximum(beyond - _AROUND, 0), minlength=len(raw) + 1)
    ends = np.bincount(np.minimum(beyond + _AROUND + 1, len(raw)), minlength=len(raw) + 1)
    return raw[np.cumsum(starts - ends)[:-1] > 0][:_WINDOW].tobytes()


def _named(window: bytes, least: float = _LEAST_SURE) -> str | None:
    import chardet

    found = chardet.detect(window, compat_names=False)
    name = found["encoding"]
    if not name or not known(name):
        return None
    codec = codecs.lookup(name).name
    return codec if found["confidence"] >= least or codec.startswith(_BY_STRUCTURE) else None


def _is_text(body: bytes, name: str) -> bool:
    """Whether all of it is valid and what comes has no zeros left."""
    try:
        return "\0" not in body.decode(name)
    except UnicodeDecodeError:
        return False

"""The charset of bytes that say nothing of it.

chardet 7: what the bytes say of themselves, if they are valid in it, then models of byte pairs by language, compiled.
On files with known encodings, and on texts encoded for the purpose that no detector was made with, it is right more
often than uchardet and charset-normalizer (docs/sources.md). It sees the first 64 KB, or 64 KB from shortly before the
first byte beyond ASCII, so that a long head of scripts does not hide the text. Cost: 50 to 150 µs a KB, on few pages.

What it names is read as the standard has it; where that leaves invalid bytes, as browsers do (`gb2312` as gb18030). Of
Shift JIS and its extensions it is the narrowest that holds all bytes.
"""

from __future__ import annotations

import codecs
import re

from curate.charset.names import known

_WINDOW = 1 << 16
_BEFORE = 1_024
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_SHARE_OF_ZEROS = 0.3
_UNITS = (
    ("utf-32-le", 4, (2, 3)),
    ("utf-32-be", 4, (0, 1)),
    ("utf-16-le", 2, (1,)),
    ("utf-16-be", 2, (0,)),
)
_SHIFT_JIS = ("shift_jis", "cp932")


def detect(body: bytes) -> str | None:
    """The codec of `body`, which is not valid UTF-8."""
    first = _BEYOND_ASCII.search(body)
    start = first.start() - _BEFORE if first and first.start() > _WINDOW // 2 else 0
    named = _named(body[start : start + _WINDOW])
    if named is None:
        return None
    narrow = _SHIFT_JIS if named.startswith(_SHIFT_JIS) else (named,)
    return next((name for name in narrow if _valid(body, name)), known(named))


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
    named = _named(body[:_WINDOW]) or ""
    listed = ("iso2022_jp", named) if named.startswith("iso2022_jp") else (named,)
    return next((name for name in listed if name.startswith("iso2022") and _valid(body, name)), None)


def _named(window: bytes) -> str | None:
    import chardet

    name = chardet.detect(window, compat_names=False)["encoding"]
    return codecs.lookup(name).name if name and known(name) else None


def _is_text(body: bytes, name: str) -> bool:
    """Whether all of it is valid and what comes has no zeros left."""
    try:
        return "\0" not in body.decode(name)
    except UnicodeDecodeError:
        return False


def _valid(body: bytes, name: str) -> bool:
    try:
        body.decode(name)
    except UnicodeDecodeError:
        return False
    return True

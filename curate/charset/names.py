"""Names of charsets. In pages they mean what browsers mean by them (WHATWG Encoding): `iso-8859-1` is windows-1252,
`gb2312` gb18030, which contain them. Elsewhere, and of what is detected, the standard is meant where it has all bytes.
"""

from __future__ import annotations

import codecs

_BROWSERS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "iso8859-9": "cp1254",
}
_NOT_PYTHONS = {  # names on the web that Python does not know
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-x-big5": "big5hkscs",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
}
_NO_CHARSETS = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")


_SHIFT_JIS = ("shift_jis", "cp932")


def known(name: str | None) -> str | None:
    """The codec that browsers use for a charset's name; None if it names none."""
    codec = _codec(name)
    return _BROWSERS.get(codec, codec) if codec else None


def narrowest(name: str, body: bytes) -> str | None:
    """The standard's codec of a name if all of `body` is valid in it, else the one of browsers."""
    codec = _codec(name) or ""
    listed = _SHIFT_JIS if codec.startswith(_SHIFT_JIS) else (codec,)
    return next((each for each in listed if is_valid(body, each)), known(name))


def is_valid(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except (UnicodeError, LookupError):
        return False
    return True


def _codec(name: str | None) -> str | None:
    plain = (name or "").strip().lower()
    try:
        codec = codecs.lookup(_NOT_PYTHONS.get(plain, plain))
    except (LookupError, ValueError):
        return None
    return codec.name if codec._is_text_encoding and codec.name not in _NO_CHARSETS else None

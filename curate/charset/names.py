"""Names of charsets, meant as browsers mean them (WHATWG Encoding): `iso-8859-1` is windows-1252, `gb2312` gb18030."""

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


def known(name: str | None) -> str | None:
    """The codec that browsers use for a charset's name; None if it names none."""
    plain = (name or "").strip().lower()
    try:
        codec = codecs.lookup(_NOT_PYTHONS.get(plain, plain))
    except (LookupError, ValueError):
        return None
    if not codec._is_text_encoding or codec.name in _NO_CHARSETS:
        return None
    return _BROWSERS.get(codec.name, codec.name)

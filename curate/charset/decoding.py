"""Bytes to valid Unicode text, by the most trustworthy witness.

In order: a byte order mark; UTF-16 or 32 without one, told by its zeros; UTF-8, where the bytes are valid UTF-8 (other
encodings hardly ever are, and headers are often wrong), or nearly so: at most one invalid byte to ten characters beyond
ASCII is damage, not another encoding; the charset that HTTP states, then the one in the page, where the bytes are valid
in it; windows-1252 where few bytes read like Western words (`curate.charset.western`), unless detection is sure of
another Latin charset; detection (`curate.charset.detection`). A header that says Latin-1 counts after the page, and
less than detection where there is enough to detect, since servers say so by default.

Stray bytes of Windows' quotation marks and dashes in UTF-8 become what they are meant to be. Text that was UTF-8 once
and went through another encoding is repaired where that is provable (`curate.charset.mojibake`); its charset then reads
`utf-8/cp1252`, the second being what it had been misread as, so that a count by charset counts the repairs.
"""

from __future__ import annotations

import codecs
import re

from curate.charset import detection, mojibake, western
from curate.charset.names import known, narrowest

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"""<(?:meta\b[^>]{0,300}?charset|\?xml\b[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_STRAY = re.compile(rb"(?<![\x80-\xff])[\x85\x91-\x97](?![\x80-\xff])")  # of cp1252: … ‘ ’ “ ” • – —
_MAX_REPLACED = 0.02  # more characters than that lost: the charset is wrong
_DAMAGE = 10  # characters beyond ASCII to one invalid byte in UTF-8 that was damaged
_HEAD = 4_096
_BLANK = 64  # bytes of white space before the first tag, at most, where nothing says that there are tags
_ELSEWHERE = ("cp1250", "cp1254", "cp1257", "cp1258", "iso8859-2", "iso8859-9", "iso8859-13")
_REPLACEMENT = "\ufffd".encode()


def decode(body: bytes, stated: str | None = None, markup: bool = False) -> tuple[str, str] | None:
    """(text, charset), or None if nothing makes text of these bytes. `stated` is the charset of the HTTP header."""
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return _mended(_lossy(body, charset))
    if b"\0" in body[:_HEAD] and (wide := detection.wide(body)):
        return body.decode(wide), wide
    from_header = known(stated)
    if body.isascii():
        return _ascii(body, from_header)
    try:
        return _mended((body.decode("utf-8"), "utf-8"), body)
    except UnicodeDecodeError as error:
        utf8 = _damaged(body, error.start)
    return _mended(utf8 or _stated(body, from_header, markup) or _unstated(body))


def _ascii(body: bytes, from_header: str | None) -> tuple[str, str]:
    """ASCII, or an encoding that hides in it: told by the header, or by its escapes."""
    hidden = from_header if from_header and from_header.startswith(("iso2022", "hz", "utf-7")) else None
    if hidden is None and (b"\x1b$" in body or b"\x1b(" in body):
        hidden = detection.escaped(body)
    return (hidden and _lossy(body, hidden)) or (body.decode("ascii"), "utf-8")


def _damaged(body: bytes, at: int) -> tuple[str, str] | None:
    """What is left of UTF-8 with a few bytes of something else in it, the first at `at`."""
    sample = body[max(0, at - _HEAD) : at + _HEAD]
    if len(sample) - len(text := sample.decode("utf-8", "replace")) < text.count("\ufffd") // 2:
        return None  # another encoding altogether, told without all of the page
    text = _STRAY.sub(_quote, body).decode("utf-8", "replace")
    lost = text.count("\ufffd") - body.count(_REPLACEMENT)
    return (text, "utf-8") if len(body) - len(text) >= _DAMAGE * lost else None


def _quote(byte: re.Match[bytes]) -> bytes:
    return byte[0].decode("cp1252").encode()


def _stated(body: bytes, from_header: str | None, markup: bool) -> tuple[str, str] | None:
    found = _META.search(body[:_HEAD]) if markup or body[:_BLANK].lstrip().startswith(b"<") else None
    name = found[1].decode("ascii", "replace") if found else ""
    from_meta = known(name) if markup else narrowest(name, body)
    candidates = [from_header, from_meta] if from_header != "cp1252" else [from_meta]
    for name in candidates:
        if name and not name.startswith(("utf-16", "utf-32")) and (result := _lossy(body, name)):
            return result
    if from_header != "cp1252":
        return None
    return (None if western.are_few(body) else _detected(body)) or _lossy(body, "cp1252")


def _unstated(body: bytes) -> tuple[str, str] | None:
    """By detection, but few bytes are no evidence of anything but Latin letters of another region."""
    detected, read = _detected(body), western.text(body)
    if read is None:
        return detected or _likeliest(body)
    elsewhere = detected and detected[1] in _ELSEWHERE and any(s > "\x7f" and s.isalpha() for s in read)
    return detected if elsewhere and detected and detected[0] != read else (read, "cp1252")


def _likeliest(body: bytes) -> tuple[str, str] | None:
    """What few bytes may be, unless some of them are UTF-8; of many, unsure detection is a name for noise."""
    utf8 = _lossy(body, "utf-8")
    lost = utf8[0].count("\ufffd") if utf8 else 0
    if not western.are_few(body) or (utf8 and lost <= sum(sign > "\x7f" for sign in utf8[0]) - lost):
        return utf8
    return _detected(body, least=0) or utf8


def _detected(body: bytes, **sure: float) -> tuple[str, str] | None:
    name = detection.detect(body, **sure)
    return _lossy(body, name) if name else None


def _lossy(body: bytes, name: str) -> tuple[str, str] | None:
    """The text with what is invalid replaced; None if that is more than a page cut short or patched together has."""
    try:
        text = body.decode(name, "replace")
    except (UnicodeError, LookupError, ValueError):
        return None
    lost = text.count("\ufffd") - (body.count(_REPLACEMENT) if name == "utf-8" else 0)
    return (text, name) if lost <= max(2, len(text) * _MAX_REPLACED) else None


def _mended(decoded: tuple[str, str] | None, body: bytes | None = None) -> tuple[str, str] | None:
    """`body`: the text in UTF-8, where it is that."""
    if decoded is None:
        return None
    text, through = mojibake.repair(decoded[0], body)
    return (text, f"utf-8/{through}") if through else decoded

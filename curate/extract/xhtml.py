"""XHTML as books have it, made safe for an XML parser: no document type is left, so no entity can be declared.

HTML's named entities (`&nbsp;`) become references by number, a lone `&` becomes `&amp;`; characters that XML forbids
go.
"""

from __future__ import annotations

import re
from html.entities import html5

_PROLOGUE = re.compile(r"\s*<\?xml\b[^>]*\?>", re.I)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[[^\]]*\][^>]*)?>")
_REFERENCE = re.compile(r"&(?:#x([0-9a-f]{1,6});|#([0-9]{1,7});|([a-z][a-z0-9]{1,31};))?", re.I)
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OF_XML = ("amp;", "lt;", "gt;", "quot;", "apos;")
_EMPTY = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s[^<>]*)?)/>")
_VOID_NAMES = "area base br col embed hr img input link meta source track wbr"
VOID = frozenset(_VOID_NAMES.split())  # elements that have no end tag in HTML


def as_xml(page: str) -> str:
    """`page` without XML declaration and document type, its references such as XML knows."""
    page = page.removeprefix("\ufeff")
    prologue = _PROLOGUE.match(page)
    page = page[prologue.end() :] if prologue else page
    if (at := page.find("<!DOCTYPE")) >= 0:
        stated = _DOCTYPE.match(page, at)
        page = page[:at] + page[stated.end() if stated else at :]
        page = page.replace("<!DOCTYPE", "&lt;!DOCTYPE")  # there is one, and it comes first
    if "&" in page:
        page = _REFERENCE.sub(_known, page)
    return _CONTROL.sub("", page)


def as_html(page: str) -> str:
    """XHTML that no XML parser takes, for one of HTML: there an element that closes itself would stay open."""
    return _EMPTY.sub(lambda tag: tag[0] if tag[1].lower() in VOID else f"<{tag[1]}{tag[2]}></{tag[1]}>", page)


def _known(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if hexadecimal or decimal:
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        return reference[0] if _is_character(code) else "\ufffd"
    if name in _OF_XML:
        return reference[0]
    meant = html5.get(name or "")
    return "&amp;" + reference[0][1:] if meant is None else "".join(f"&#{ord(c)};" for c in meant)


def _is_character(code: int) -> bool:
    """Whether XML 1.0 allows it."""
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000

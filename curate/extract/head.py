"""What a page says of itself in its head: title, licence, and what its owner reserves.

Patterns on the first 64 K characters, not a parse: this runs on every page, also on those that no parser gets through.
Reservations: `noai`, `noindex` of the robots meta tag, `tdm` of the TDM Reservation Protocol's tag.
"""

from __future__ import annotations

import html
import re

_HEAD = 1 << 16
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{0,1000})", re.I)
_META = re.compile(r"<meta\b[^>]{1,500}>", re.I)
_NAME = re.compile(r"""\bname\s*=\s*["']?\s*([\w-]+)""", re.I)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)
_LICENSE = re.compile(r"""<(?:a|link)\b[^>]{0,300}?\brel\s*=\s*["']?license\b[^>]{0,300}>""", re.I)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)


def title(page: str) -> str | None:
    found = _TITLE.search(page[:_HEAD])
    return _one_line(found.group(1)) if found else None


def license(page: str) -> str | None:
    """The address behind the first link with rel=license, anywhere in the page: licences stand in footers."""
    if "license" not in page and "LICENSE" not in page:
        return None
    found = _LICENSE.search(page)
    href = _HREF.search(found.group()) if found else None
    return _one_line(next(filter(None, href.groups()), "")) if href else None


def rights(page: str) -> set[str]:
    found: set[str] = set()
    for tag in _META.findall(page[:_HEAD]):
        name, content = _NAME.search(tag), _CONTENT.search(tag)
        if not name or not content:
            continue
        stated = next(filter(None, content.groups()), "").lower()
        if name.group(1).lower() == "robots":
            words = {word.strip() for word in stated.split(",")}
            found |= {right for right in ("noai", "noindex") if right in words}
            found |= {"noindex"} if "none" in words else set()
        elif name.group(1).lower() == "tdm-reservation" and stated.strip() == "1":
            found.add("tdm")
    return found


def _one_line(text: str) -> str | None:
    plain = " ".join(html.unescape(text).replace("\0", "").split())
    return plain.encode("utf-8", "replace").decode() or None

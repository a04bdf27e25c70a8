"""The licence that a page states for itself, by the name that SPDX gives it where it is recognised.

A page states its licence by a link with rel=license (the `link` of its head, else the last one: those before are
mostly a picture's), in its metadata (meta tags, RDFa, JSON-LD), or in a notice: a licence's address or name behind
words that speak of the page ("licensed under", "Lizenz:"). An address or a name alone does not count, nor one
behind words that speak of a picture. "All rights reserved" counts where nothing else is stated.

Runs on every page, so it looks only around words that are found by plain search (about 5 ms a MB).
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from curate.licenses.stated import ADDRESSES, ALL_RESERVED, RESERVED, WORDS, named, recognised

PUBLIC_DOMAIN = "LicenseRef-Public-Domain"
_TAG_BYTES, _FAR, _NEAR = 1000, 600, 120  # characters of a tag, before a notice's name in the page, and as it is read
_TAG = re.compile(r"<[^<>]{0,2000}>")
_REL = re.compile(r"""\brel\s*=\s*(?:"[^"]*\blicense\b|'[^']*\blicense\b|license\b)""", re.I)
_PROPERTY = re.compile(
    r"""\b(?:name|property|itemprop)\s*=\s*["']?(?:[\w.:]*[.:])?(?:licen[sc]e|rights)(?:["'\s>/]|\Z)""", re.I
)
_VALUE = re.compile(r"""\b(?:href|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.I)
_JSON = re.compile(r'license"\s*:\s*(?:\[\s*)?(?:\{[^{}]{0,200}?"(?:@id|url)"\s*:\s*)?"([^"]{3,300})"')
_NOTICE = re.compile(
    r"licen[sc]ed|licen[sc]e ?:|(?:available|released|published|distributed|provided|shared|used) under"
    r"|lizenz(?:iert|en)?\b|ste(?:ht|hen) unter|unter (?:der|einer)|sous (?:la |une )?licence"
    r"|bajo (?:la |una )?licencia|licencia ?:|licença|licenza|licentie|na licencji"
    r"|except where otherwise|unless otherwise|public domain under",
    re.I,
)
_PICTURE = re.compile(
    r"photo|image|picture|foto|\bbild|imagen|figure|grafik|illustration|\blogo|video|\bicon|\bmap\b|karte", re.I
)
# A page without them states nothing but what is reserved.
_TELLING = ("icen", "izen", "creative", "public domain", ".rights", ":rights")
_ADDRESS = re.compile(r"\s*(?:[#/?]|[a-z][a-z0-9+.-]*:)\S*\s*$", re.I)  # as against words
_FOREIGN = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.I)
_HIDDEN = (("<script", "</script"), ("<style", "</style"), ("<!--", "-->"))
_RESERVED = (*ALL_RESERVED, "all&nbsp;rights&nbsp;reserved")
_DEDICATED = re.compile(
    r"\b(?:this|all|the) (?:[\w-]+ ){0,3}(?:work|text|content|site|page|website|document|book|file)s? (?:\w+ ){0,3}$",
    re.I,
)


def of_page(page: str, url: str | None = None) -> str | None:
    """The licence of a page that lies at `url`."""
    lower = page.lower()
    if len(lower) != len(page):  # İ: places in the two would not agree
        lower = page
    if not any(part in lower for part in _TELLING):
        return _reserved(lower)
    for stated in (_linked(page, lower, url), *_properties(page, lower), _json(page, lower)):
        if stated and (admitted := _address(stated, url) if _ADDRESS.match(stated) else stated):
            return named(admitted)
    return _noticed(page, lower) or _reserved(lower)


def _linked(page: str, lower: str, url: str | None) -> str | None:
    found: list[str] = []
    for tag in _tags(page, lower, "license"):
        value = _value(tag) if _REL.search(tag) else None
        stated = _address(value, url) if value else None
        if stated and tag[:5].lower() == "<link":
            return stated
        found += [stated] if stated else []
    return next((stated for stated in reversed(found) if recognised(stated)), found[-1] if found else None)


def _address(stated: str, url: str | None) -> str | None:
    """Where a link leads: to a place of the web, or to none that could be told to anybody."""
    plain = html.unescape(stated).strip()
    if recognised(plain) and not _FOREIGN.match(plain):
        return stated
    try:
        whole = urljoin(url or "", plain)
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if parts.scheme in ("http", "https") and parts.netloc and not plain.startswith("#") else None


def _properties(page: str, lower: str) -> Iterator[str]:
    for word in ("licen", "rights"):
        for tag in _tags(page, lower, word):
            stated = _value(tag) if _PROPERTY.search(tag) else None
            if stated and (word == "licen" or recognised(stated)):
                yield stated


def _json(page: str, lower: str) -> str | None:
    at = lower.find('license"') if "ld+json" in lower else -1
    while at >= 0:
        if found := _JSON.match(page, at):
            return found[1].replace("\\/", "/")
        at = lower.find('license"', at + 1)
    return None


def _noticed(page: str, lower: str) -> str | None:
    hidden: list[list[int]] = []
    for word in (*ADDRESSES, *WORDS):
        for at in _places(lower, word):
            if name := recognised(page[at : at + 200], whole=False):
                before = _read_before(page, at)
                if _NOTICE.search(before) and not _PICTURE.search(before):
                    hidden = hidden or [_bounds(lower, *kind) for kind in _HIDDEN]
                    if not any(bisect_right(bounds, at) % 2 for bounds in hidden):
                        return name
    for at in _places(lower, "the public domain"):
        if _DEDICATED.search(_read_before(page, at).removesuffix("in ").removesuffix("into ")):
            return PUBLIC_DOMAIN
    return None


def _reserved(lower: str) -> str | None:
    return RESERVED if any(words in lower for words in _RESERVED) else None


def _tags(page: str, lower: str, word: str) -> Iterator[str]:
    """The tags that `word` stands in."""
    end = 0
    for at in _places(lower, word):
        if at < end:
            continue
        start = page.rfind("<", max(at - _TAG_BYTES, 0), at)
        if start < 0 or page.find(">", start, at) >= 0:
            continue
        end = page.find(">", at, at + _TAG_BYTES) + 1
        if end:
            yield page[start:end]


def _places(lower: str, word: str) -> Iterator[int]:
    at = lower.find(word)
    while at >= 0:
        yield at
        at = lower.find(word, at + len(word))


def _read_before(page: str, at: int) -> str:
    """What is read before a place, without tags."""
    before = _TAG.sub(" ", page[max(at - _FAR, 0) : at])  # of a tag that is not closed the beginning goes as well
    before = before.rpartition("<")[0] if before.rfind("<") > before.rfind(">") else before
    return " ".join(before.split())[-_NEAR:] + " "


def _bounds(lower: str, opens: str, ends: str) -> list[int]:
    """Where scripts or comments begin and end, by turns: what stands there is what libraries say of themselves."""
    found: list[int] = []
    at = lower.find(opens)
    while at >= 0:
        end = lower.find(ends, at)
        found += [at, end if end >= 0 else len(lower)]
        at = lower.find(opens, end) if end >= 0 else -1
    return found


def _value(tag: str) -> str | None:
    found = _VALUE.search(tag)
    return next(filter(None, found.groups()), "").strip() or None if found else None

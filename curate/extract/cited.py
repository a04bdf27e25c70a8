"""Addresses that pages of Wikipedia cite: labels for a classifier of pages that are worth citing.

From a dump every address of the markup: in brackets, bare, in the fields of templates. From a crawled page of
`*.wikipedia.org` the links that MediaWiki marks as leading outside. Wikimedia's own hosts are no citation.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

from curate.extract import wikitext

_ANCHOR = re.compile(r"<a\b([^<>]{1,4000})>", re.I)
_EXTERNAL = re.compile(r"""\bclass\s*=\s*["'][^"'<>]*\bexternal\b""", re.I)
_HREF = re.compile(r"""\bhref\s*=\s*["']((?:https?:)?//[^"'<>\s]+)""", re.I)
_WIKIPEDIA = re.compile(r"https?://(?:[\w-]+\.){1,3}wikipedia\.org/", re.I)
_OWN = re.compile(
    r"https?://(?:[\w-]+\.)*(?:wiki[pm]edia|wikidata|wiktionary|wikibooks|wikisource|mediawiki)\.org(?:/|$)", re.I
)
_MOST = 10_000  # of one page


def cited(media: str, url: str | None, markup: str) -> tuple[str, ...]:
    """The addresses outside that a page cites, once each, in order; nothing where the page is not Wikipedia's."""
    if media == "wikitext":
        found = wikitext.cited(markup)
    elif media == "html" and url and _WIKIPEDIA.match(url):
        found = _anchors(markup)
    else:
        return ()
    return tuple(link for link in found if not _OWN.match(link) and _has_host(link))[:_MOST]


def _anchors(page: str) -> tuple[str, ...]:
    tags = (tag for tag in _ANCHOR.findall(page) if "external" in tag and _EXTERNAL.search(tag))
    links = (html.unescape(href[1]) for tag in tags if (href := _HREF.search(tag)))
    return tuple(dict.fromkeys(f"https:{link}" if link.startswith("//") else link for link in links))


def _has_host(url: str) -> bool:
    try:
        return "." in (urlsplit(url).hostname or "")
    except ValueError:
        return False

"""Whose wiki a dump is: address, language and names of namespaces, from the dump's header and its file's name.

The header says all of it, but clipped dumps have none, or one that was pasted on. Published dumps are called
`afwiki-20260101-pages-articles.xml.bz2`; where the name and the header tell of two wikis, the name is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_BASE = re.compile(r"<base>(https?://[^<\s]{1,200}/)[^</\s]*</base>")
_DBNAME = re.compile(r"<dbname>([^<]{1,80})</dbname>")
_LANGUAGE = re.compile(r'<mediawiki\b[^>]*\bxml:lang="([\w-]{1,30})"')
_NAMESPACE = re.compile(r'<namespace key="(-?\d+)"[^>]*>([^<]{1,100})</namespace>')
_NAMED = re.compile(r"([a-z][a-z_]{1,15})(wiki|wiktionary|wikibooks|wikiquote|wikisource|wikiversity|wikivoyage)-")
_PROJECTS = {"wiki": "wikipedia"}
_NO_LANGUAGES = ("commons", "species", "meta", "wikidata", "incubator", "media", "foundation", "mediawiki")
_WIKIMEDIA = re.compile(
    r"https?://(?:[\w-]+\.)?(?:wikipedia|wiktionary|wikibooks|wikiquote|wikisource|wikiversity|wikivoyage)\.org/"
)
_SHOW_NOTHING = ("-2", "-1", "6", "14")  # Media, Special, File, Category
_SAFE = ";@$!*(),/~:"  # what MediaWiki leaves as it is in an address


@dataclass(frozen=True)
class Site:
    base: str | None = None  # address that a title is put behind
    language: str | None = None
    hidden: frozenset[str] = frozenset()  # names, in lower case, of namespaces whose links show nothing
    prefixes: tuple[tuple[str, int], ...] = ()  # namespaces by name, for dumps whose pages do not tell theirs

    @property
    def license(self) -> str | None:
        """Of all projects of Wikimedia that dumps of articles come from; another wiki's is not stated in its dump."""
        return "CC-BY-SA-4.0" if self.base and _WIKIMEDIA.match(self.base) else None

    def url(self, title: str) -> str | None:
        return f"{self.base}{quote(title.replace(' ', '_'), safe=_SAFE)}" if self.base else None

    def namespace(self, title: str) -> int:
        """The one that a title's prefix names; 0 if it names none."""
        prefix, colon, _ = title.partition(":")
        return dict(self.prefixes).get(prefix.lower(), 0) if colon else 0


def site_of(name: str, header: bytes) -> Site:
    """Of a dump whose file is called `name` and whose plain bytes begin so."""
    text = header.partition(b"<page>")[0].decode("utf-8", "replace")
    base, dbname, stated = _BASE.search(text), _DBNAME.search(text), _LANGUAGE.search(text)
    address, language = (base[1] if base else None), (stated[1] if stated else None)
    named = _NAMED.match(name.lower())
    if named and named[1] not in _NO_LANGUAGES and (dbname is None or dbname[1] != named[1] + named[2]):
        language = named[1].replace("_", "-")
        address = f"https://{language}.{_PROJECTS.get(named[2], named[2])}.org/wiki/"
    spaces = _NAMESPACE.findall(text)
    hidden = frozenset(space.lower() for key, space in spaces if key in _SHOW_NOTHING)
    return Site(address, language, hidden, tuple((space.lower(), int(key)) for key, space in spaces))

"""Books as EPUB 2 and 3: a record is a book.

Its body is one HTML fragment of all documents of the spine in reading order, the book's apparatus off (cover, title
page, imprint, copyright page, contents, index, colophon; `curate.extract.chapter`). Guide, landmarks and file names
only hint at what a document is: it goes if it is a small part of the book, since a book of one file calls that its
cover, its contents and its text. A copyright page that nothing marks is known by two of its signs in a few words (ISBN,
the copyright sign, all rights reserved), a table of contents by being little but links into the book. A book above
`extract.max_bytes` is cut between documents into parts; `offset` is 0, and of a later part the number of its first
document. What cannot be read of a book is a record of its own behind it. Headers cost as much unpacking as bodies, so
that both have the same rows; parsing is for bodies alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from curate import storage
from curate.sources.compressed import Broken
from curate.sources.record import Options, Piece, Record

GROUP = "books"
_NO_DOCUMENT = 1 << 32  # plus its number: the offset of a document that cannot be read
_SMALL_BYTES, _SMALL_PART = 20_000, 8  # a hinted document above both is read: so many bytes, an eighth of the book
_SIGNS = (
    re.compile(r"\bISBN\b"),
    re.compile(r"©|\(c\)\s*\d{4}|\bcopyright\b", re.I),
    re.compile(r"\ball rights reserved\b|\bno part of this (?:book|publication)\b", re.I),
    re.compile(r"\blibrary of congress\b|\bcataloguing|\bcataloging", re.I),
)
_NOTICE_CHARS = 6_000
# Every repetition ends at the next tag: a pattern that may run on would take the square of a hostile page's length.
_LINK = re.compile(r"<a\s([^<>]*)>((?:[^<]|<(?!a\b))*?)</a>")
_LOCAL = re.compile(r'href="(?![A-Za-z][\w+.-]*:)[^"<>]*"')  # asked on its own, for the same reason
_TAG = re.compile(r"<[^<>]*>")
_FEWEST_LINKS = 5
_START = re.compile(r"\*\*\*\s*START OF (?:THE|THIS) PROJECT GUTENBERG[^*<]{0,300}\*\*\*")
_END = re.compile(r"\*\*\*\s*END OF (?:THE|THIS) PROJECT GUTENBERG")
_GUTENBERG_CHARS = 40_000  # from the beginning, in which the first line of stars stands


def recognise(path: str, head: bytes) -> bool:
    return head.startswith(b"PK\3\4") and (b"mimetypeapplication/epub+zip" in head[30:80] or path.endswith(".epub"))


def read(piece: Piece, options: Options) -> Iterator[Record]:
    from curate.sources.epub.zipped import Bomb

    with storage.open_read(piece.url) as stream:
        try:
            yield from _book(stream, options)
        except Broken as broken:
            yield Record(0, status=broken.args[0])
        except Bomb:
            yield Record(2 * _NO_DOCUMENT, status="decompression_bomb")


@dataclass
class _Part:
    first: int
    pages: list[tuple[str, bytes]] = field(default_factory=list)
    bytes: int = 0


def _book(stream, options: Options) -> Iterator[Record]:  # type: ignore[no-untyped-def]
    from curate.sources.epub.package import package
    from curate.sources.epub.zipped import Book

    book = Book(stream, options.max_bytes)
    told = package(book)
    whole = Record(0, told.url, told.date, media="fragment", charset="utf-8")
    whole.title, whole.language, whole.license = told.title, told.language, told.license
    if told.encrypted:
        yield replace(whole, status="encrypted")
        return
    broken: list[Record] = []
    part = _Part(0)
    for number, name in enumerate(told.documents):
        try:
            content = book.read(name)
        except Broken as error:
            broken.append(Record(_NO_DOCUMENT + number, status=error.args[0], member=name))
            continue
        if part.pages and part.bytes + len(content) > options.max_bytes:
            yield _record(whole, part, told.hinted, options)
            part = _Part(number)
        part.pages.append((name, content))
        part.bytes += len(content)
    yield _record(whole, part, told.hinted, options)
    yield from broken


def _record(whole: Record, part: _Part, hinted: set[str], options: Options) -> Record:
    record = replace(whole, offset=part.first)
    if options.bodies:
        small = max(_SMALL_BYTES, part.bytes // _SMALL_PART)
        chapters = [_chapter(content) for name, content in part.pages if name not in hinted or len(content) > small]
        record.body = _unlicensed("\n".join(f"<section>{chapter}</section>" for chapter in chapters if chapter))
    return record


def _chapter(content: bytes) -> str:
    from curate.charset import decode
    from curate.extract.chapter import fragment

    decoded = decode(content, None, True)
    chapter = fragment(decoded[0]) if decoded else ""
    return "" if _is_notice(chapter) or _is_contents(chapter) else chapter


def _unlicensed(body: str) -> str:
    """What lies between Project Gutenberg's lines of stars; its newer books mark what lies around by class."""
    start = _START.search(body, 0, _GUTENBERG_CHARS)
    end = _END.search(body, len(body) // 2)
    return body[start.end() if start else 0 : end.start() if end else len(body)]


def _is_notice(chapter: str) -> bool:
    """Whether this is a copyright page: two of the signs of one, and little else."""
    if len(chapter) > 4 * _NOTICE_CHARS or sum(sign.search(chapter) is not None for sign in _SIGNS) < 2:
        return False
    return len(_words(chapter)) < _NOTICE_CHARS


def _is_contents(chapter: str) -> bool:
    """Whether four fifths of it are links into the book."""
    links = [text for attributes, text in _LINK.findall(chapter) if _LOCAL.search(attributes)]
    linked = sum(len(_words(link)) for link in links)
    return len(links) >= _FEWEST_LINKS and linked * 5 >= len(_words(chapter)) * 4


def _words(markup: str) -> str:
    return "".join(_TAG.sub("", markup).split())

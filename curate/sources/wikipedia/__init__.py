"""Dumps of Wikipedia and of other MediaWiki wikis: a revision is a record.

`pages-articles` XML, plain or compressed, multistream in parallel; `pages-meta-history` too, also in 7z: all revisions
are records of one URL, of which `urls: keep: newest` leaves the last. What is no article gets a status and no text:
pages of other namespaces than those asked for, redirects, pages that only tell meanings of a title apart, and what is
no wikitext. `offset` is the number of the revision, which is a document's name on the wiki itself and the same in every
dump that holds it; a place that broke off and has no number gets a negative one, and so does what damage gives a number
that the piece has had (80 bytes of memory a revision keep them apart).
"""

from __future__ import annotations

import bz2
import re
from collections.abc import Iterator
from typing import BinaryIO

import xxhash

from curate import storage
from curate.extract.wikitext.template_table import DISAMBIGUATION
from curate.sources.archives import sevenzip
from curate.sources.archives.sevenzip import SIGNATURE
from curate.sources.compressed import Broken, compression, head_of
from curate.sources.record import OK, Options, Piece, Record, clean, epoch
from curate.sources.wikipedia import chunks
from curate.sources.wikipedia.pages import Revision, revisions
from curate.sources.wikipedia.site import Site, site_of

GROUP = "reference"
_HEADER, _PLAIN = 1 << 20, 1 << 16  # bytes in which the header lies, as they are stored and plain
_ARCHIVE = re.compile(r".*\bpages-(?:meta-|articles)[^/]*\.7z")
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<mediawiki\b|<siteinfo>|<page>\s*<title>)")
_TITLE = re.compile(rb"<title>([^<]*)</title>")
_NAMESPACE = re.compile(rb"<ns>(-?\d{1,9})</ns>")
_NUMBER = re.compile(rb"<id>(\d{1,18})</id>")
_DATE = re.compile(rb"<timestamp>([^<]{1,40})</timestamp>")
_MODEL = re.compile(rb"<model>([^<]*)</model>")
_TEXT = re.compile(rb"<text\b([^<>]*)>")
_REDIRECT = re.compile(r"\s*#\w+\s*+(?::\s*+)?\[\[")
_TEMPLATE = re.compile(r"\{\{\s*+([^|{}\n<]{2,40}?)\s*[|}]")
_ENDS = 2_000  # characters at a page's ends, where it says that it tells meanings apart
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")


def recognise(path: str, head: bytes) -> bool:
    if head.startswith(SIGNATURE):
        return _ARCHIVE.fullmatch(path) is not None
    return _OPENING.match(head) is not None


def cuts(url: str, size: int, head: bytes, target: int) -> list[tuple[int, int, int]]:
    return chunks.cuts(size, head, target)


def read(piece: Piece, options: Options) -> Iterator[Record]:
    wanted = frozenset(options.settings.get("namespaces", (0,)))
    with storage.open_read(piece.url) as stream:
        site = site_of(piece.path.rsplit("/", 1)[-1], _header(stream))
        stream.seek(0)
        seen: set[int] = set()
        for revision in revisions(chunks.plain_chunks(stream, piece), options.max_bytes):
            record = _record(revision, site, wanted, options, piece)
            if record.offset in seen:
                record.offset = _by_bytes(revision, len(seen))
            seen.add(record.offset)
            yield record


def _header(stream: BinaryIO) -> bytes:
    """The first plain bytes of the file, also for a piece that starts in its middle."""
    stored = stream.read(_HEADER)
    if stored.startswith(SIGNATURE):
        try:
            return next(sevenzip.chunks(stream, ".xml"), b"")[:_PLAIN]
        except Broken:
            return b""
    if compression(stored) == "bz2":  # the first block mostly does: `head_of` would undo four
        try:
            plain = bz2.BZ2Decompressor().decompress(stored, _PLAIN)
        except OSError:  # of bytes that are held already: no failure of the storage
            return b""
        if b"</siteinfo>" in plain or len(plain) == _PLAIN:
            return plain
    return head_of(stored)


def _record(revision: Revision, site: Site, wanted: frozenset[int], options: Options, piece: Piece) -> Record:
    head, body = revision.head, revision.body
    title = clean(_unescaped(_first(_TITLE, head)))
    number = _NUMBER.search(body, 0, max(0, body.find(b"<contributor")) or _PLAIN)
    record = Record(
        int(number[1]) if number else _no_number(revision, piece),
        url=site.url(title) if title else None,
        date=epoch(_first(_DATE, body)),
        status=revision.status or OK,
        media="wikitext",
        title=title,
        license=site.license,
        language=site.language,
        hidden=site.hidden,
    )
    if record.status == OK:
        _fill(record, head, body, site, wanted, options)
    return record


def _fill(record: Record, head: bytes, body: bytes, site: Site, wanted: frozenset[int], options: Options) -> None:
    found = _TEXT.search(body)
    stated = _first(_NAMESPACE, head)
    if record.title is None or found is None:
        record.status = "broken_xml"
    elif (int(stated) if stated else site.namespace(record.title)) not in wanted:
        record.status = "namespace"
    elif b"<redirect" in head:
        record.status = "redirect"
    elif b"deleted=" in found[1]:
        record.status = "deleted"
    elif _first(_MODEL, body) not in ("wikitext", ""):
        record.status = "not_wikitext"
    else:
        text = b"" if found[1].endswith(b"/") else body[found.end() : max(found.end(), body.rfind(b"</text>"))]
        record.status = _status(text, options.max_bytes)
        if options.bodies and record.status == OK:
            record.body, record.charset = clean(_unescaped(text.decode("utf-8", "replace"))), "utf-8"


def _status(text: bytes, max_bytes: int) -> str:
    """What the text itself says, looked for at its ends only."""
    if not text or text.isspace():
        return "empty"
    first, last = text[:_ENDS].decode("utf-8", "replace"), text[_ENDS:][-_ENDS:].decode("utf-8", "replace")
    if _REDIRECT.match(first):
        return "redirect"
    names = (name.replace("_", " ").lower() for name in _TEMPLATE.findall(first + "\n" + last))
    if "__DISAMBIG__" in last or not DISAMBIGUATION.isdisjoint(names):
        return "disambiguation"
    return "too_large" if len(text) > max_bytes else OK


def _unescaped(text: str) -> str:
    """With the five entities of XML and numbered characters as what they stand for, and no others."""
    if "&" not in text:
        return text
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&apos;", "'")
    if "&#" in text:
        text = _REFERENCE.sub(_character, text)
    return text.replace("&amp;", "&")


def _character(found: re.Match[str]) -> str:
    code = int(found[1]) if found[1] else int(found[2], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _first(pattern: re.Pattern[bytes], within: bytes) -> str:
    found = pattern.search(within)
    return found[1].decode("utf-8", "replace") if found else ""


def _no_number(revision: Revision, piece: Piece) -> int:
    """A negative number that nothing else of the file has: of a break by its place, of a revision by its bytes."""
    if revision.status not in ("", "too_large"):
        return -2 * revision.at - 1 if revision.at >= 0 else -2 * piece.start - 2
    return _by_bytes(revision, 0)


def _by_bytes(revision: Revision, seed: int) -> int:
    return -(xxhash.xxh3_64_intdigest(revision.head + revision.body, seed) >> 2) - (1 << 62)

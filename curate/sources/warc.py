"""WARC and WET files (ISO 28500): response, resource and conversion records.

FastWARC reads the records; the HTTP message inside is taken apart here, since FastWARC refuses bodies whose codings
differ from their headers, and real crawls are full of them. After a broken gzip member or record, reading goes on at
the next place in the file where a record starts: one row says what broke, and where. A record of a plain file that
another one's wrong length has swallowed is read too. `offset` is the byte of the record in the file (of its gzip
member), as Common Crawl's index states it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from curate import storage
from curate.reservations import of_headers
from curate.sources import http
from curate.sources.archives.watched import Watched
from curate.sources.record import OK, Options, Piece, Record, clean, epoch
from curate.sources.warc_gaps import ends_wrong

GROUP = "web"
_HEAD = 1 << 16  # HTTP headers that are longer are cut
_SEARCH = 1 << 20
_START = re.compile(rb"\x1f\x8b\x08|(?<=\n)WARC/[01]\.")


def recognise(path: str, head: bytes) -> bool:
    return head.lstrip(b"\r\n").startswith(b"WARC/")


def read(piece: Piece, options: Options) -> Iterator[Record]:
    with storage.open_read(piece.url) as stream:
        yield from records(stream, options)


def records(stream: BinaryIO, options: Options) -> Iterator[Record]:
    """Those of a seekable stream; whatever it raises is no broken input, and is raised again."""
    unused = 0  # the least offset that no record has: in a file that is one gzip member, all have the same
    at: int | None = 0
    booked = False
    while at is not None:
        stream.seek(at)
        end = _End()
        for record in _until_break(_Shifted(stream, at), at, booked, end, options):
            record.offset = max(record.offset, unused)
            unused = record.offset + 1
            yield record
        if end.behind is None:
            return
        at, booked = _next_start(stream, end.behind + 1), end.unplaced


@dataclass
class _End:
    """How a stretch of records ended: at the end of the file, or at a break behind the record at `behind`."""

    behind: int | None = None
    unplaced: bool = False  # nothing of the broken record could be read, only that something broke


def _until_break(stream: _Shifted, base: int, booked: bool, end: _End, options: Options) -> Iterator[Record]:
    """Records from `base` on, to the end or a break. A break is one row, with the offset of the record that breaks,
    or behind the last good one where nothing of it could be read; `booked` if that row was given before `base`."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    wanted = (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion)
    last, length, plain = -1, 0, stream.is_plain()
    try:
        for warc in ArchiveIterator(stream, parse_http=False, quirks_mode=True, fsspec_args=False):
            if plain and last >= 0 and _swallowed(stream.inner, last, length, base + warc.stream_pos):
                end.behind = last
                return
            last, length = base + warc.stream_pos, warc.content_length
            record = Record(last)
            is_record = warc.record_type in wanted
            complete = _filled(record, warc, stream, options) if is_record else True
            if is_record:
                yield record
            if not complete:
                end.behind = last
                return
        if plain and last >= 0 and _swallowed(stream.inner, last, length, None):
            end.behind = last
    except OSError as error:
        stream.raise_if_failed()
        end.behind = max(last, base)
        end.unplaced = last >= 0
        if not booked or last >= 0:
            yield Record(end.behind + (last >= 0), status=_reason(error))


def _swallowed(stream: BinaryIO, last: int, length: int, until: int | None) -> bool:
    """Whether a record starts inside of the one at `last`, whose `length` is wrong. The stream stays where it is."""
    here = stream.tell()
    inside = _next_start(stream, last + 1) if ends_wrong(stream, last, length, until) else None
    stream.seek(here)
    return inside is not None and (until is None or inside < until)


def _filled(record: Record, warc: Any, stream: _Shifted, options: Options) -> bool:
    try:
        return _fill(record, warc, options)
    except OSError as error:
        stream.raise_if_failed()
        record.status, record.body = _reason(error), None
        return False


def _fill(record: Record, warc: Any, options: Options) -> bool:
    """Read one record into `record`. False if it ends early: then what follows in the stream is not to be trusted."""
    headers = warc.headers
    record.url = clean((headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">").strip())
    record.date = epoch(headers.get("WARC-Date"))
    record.digest = clean(headers.get("WARC-Payload-Digest"))
    stated = warc.content_length
    wanted = stated if options.bodies and stated <= options.max_bytes + _HEAD else _HEAD
    block = warc.reader.read(min(wanted, stated))
    missing = stated - len(block) - _consumed(warc)
    block_type = (headers.get("Content-Type") or "").lower()
    if block_type.startswith("application/http") or (not block_type and block.startswith(b"HTTP/")):
        record.http_status, fields, start = http.split(block)
    else:
        fields, start = {"content-type": block_type}, 0
    _describe(record, fields)
    if _is_of_the_crawler(warc, record.url or ""):
        record.media = ""
    if missing > 0:
        record.status = "truncated"
    elif stated > options.max_bytes + _HEAD:
        record.status = "too_large"
    elif options.bodies:
        _add_body(record, block[start:], fields, options)
    return missing <= 0


def _consumed(warc: Any) -> int:
    """Bytes left in the record, read past: a record that is shorter than it says must not pass for a whole one."""
    count = 0
    while passed := len(warc.reader.read(_SEARCH)):
        count += passed
    return count


def _is_of_the_crawler(warc: Any, url: str) -> bool:
    """Logs, settings and manifests that Wget and others store as resources beside what they fetched."""
    from fastwarc.warc import WarcRecordType

    return bool(warc.record_type == WarcRecordType.resource) and url.lower().startswith(("metadata:", "urn:"))


def _describe(record: Record, fields: dict[str, str]) -> None:
    kind, _, parameters = fields.get("content-type", "").partition(";")
    record.content_type = clean(kind.strip().lower())
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.I)
    record.charset = charset.group(1).lower() if charset else None
    record.media = media(record.content_type or "")
    record.rights = of_headers(fields)


def media(content_type: str) -> str:
    """html, text, `unknown` where nothing is stated, or nothing for what is not read: scripts, pictures, PDF."""
    if content_type in ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"):
        return "html"
    if content_type in ("text/plain", "text/markdown", "text/x-rst"):
        return "text"
    return "unknown" if content_type in ("", "unk", "application/octet-stream", "unknown/unknown", "text") else ""


def _add_body(record: Record, body: bytes, fields: dict[str, str], options: Options) -> None:
    if not record.media:
        record.status = "unsupported_type"
        return
    try:
        body = http.decoded(body, fields, options.max_bytes)
    except http.TooLarge:
        record.status = "too_large"
        return
    if record.media == "unknown":
        record.media = _sniffed(body)
    record.status = "unsupported_type" if not record.media else OK if body.strip() else "empty"
    if record.status == OK:
        record.body = body


def _sniffed(body: bytes) -> str:
    """The media of a body without a content type."""
    from curate.sources import text

    if text.looks_like_html(body):
        return "html"
    return "text" if text.recognise("", body[:_HEAD]) else ""


def _next_start(stream: BinaryIO, at: int) -> int | None:
    """The first byte at or after `at` where a record can be read: a gzip member that holds one, or a plain header."""
    stream.seek(0)
    gzipped = stream.read(2) == b"\x1f\x8b"
    stream.seek(max(at - 1, 0))
    window, start = b"", max(at - 1, 0)
    while chunk := stream.read(_SEARCH):
        window += chunk
        for found in _START.finditer(window):
            opening = window[found.start() : found.start() + 4096]
            if start + found.start() >= at and _starts_record(opening, gzipped):
                return start + found.start()
        keep = min(len(window), 4096)
        start, window = start + len(window) - keep, window[-keep:]
        at = max(at, start)
    return None


def _starts_record(opening: bytes, gzipped: bool) -> bool:
    if gzipped != opening.startswith(b"\x1f\x8b"):
        return False
    if not gzipped:
        return b"WARC-Type:" in opening
    try:
        return zlib.decompressobj(31).decompress(opening, 8).startswith(b"WARC/")
    except zlib.error:
        return False


def _reason(error: OSError) -> str:
    words = str(error).lower()
    return next((f"broken_{kind}" for kind in ("gzip", "zstd", "lz4") if kind in words), "broken_warc")


class _Shifted(Watched):
    """The stream from `base` on, as if it began there."""

    def __init__(self, inner: BinaryIO, base: int) -> None:
        super().__init__(inner)
        self._base = base

    def tell(self) -> int:
        return self.inner.tell() - self._base

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.inner.seek(offset + (self._base if whence == 0 else 0), whence) - self._base

    def is_plain(self) -> bool:
        """Whether records lie here as they are; the stream is where it was before."""
        opening = self.inner.read(16)
        self.inner.seek(-len(opening), 1)
        return opening.lstrip(b"\r\n").startswith(b"WARC/")

"""arXiv's bulk sources: a tar of papers (`arXiv_src_2401_001.tar`), or the source of one paper as arXiv hands it out.

A member of the tar is a paper: `YYMM/id.gz`, the gzip of one TeX file or of a tar of files, or `YYMM/id.pdf` where the
author sent nothing else. A single `id.gz` or `id.tar.gz`, alone or in a folder, is a paper too. The body is the paper's
TeX with its inputs joined (`curate.sources.arxiv.eprint`); what takes the markup off is `curate.extract.latex`. Address
and date come from the identifier: the month of its first submission, since the times inside the archives are those of
the packing. The outer tar is not compressed, so large ones are cut between members, found by seeking from header to
header.

Costs 1.5 ms a paper, most of it to decompress; nothing is written, and a paper above the limit is never held.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from curate import storage
from curate.sources.archives import tar
from curate.sources.archives.tape import Seekable
from curate.sources.archives.tar import BLOCK, is_header, members
from curate.sources.arxiv import eprint
from curate.sources.record import OK, Options, Piece, Record

GROUP = "papers"
LARGE, PDF_ONLY = "too_large", "pdf_only"

_NEW = r"(?P<new>\d{4}\.\d{4,5})"
_OLD = r"(?P<archive>[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2})?)[/_]?(?P<number>\d{7})"
_ID = re.compile(rf"(?:{_NEW}|{_OLD})(?P<version>v\d{{1,3}})?")
_PAPER = re.compile(rf"(?:.*/)?{_ID.pattern}(?:\.tar)?(?:\.gz|\.pdf)?")
_MEMBER = re.compile(rb"\d{4}/(?:\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2})?\d{7})(?:v\d+)?\.(?:gz|pdf)\0")
_FOLDER = re.compile(rb"\d{4}/\0")


def recognise(path: str, head: bytes) -> bool:
    """A tar that begins with a paper or a month, or TeX (in a tar or not) under an arXiv identifier."""
    if is_header(head[:BLOCK]):
        at = BLOCK if _FOLDER.match(head) else 0
        return _MEMBER.match(head, at) is not None or _PAPER.fullmatch(path) is not None
    return _PAPER.fullmatch(path) is not None and eprint.looks_like_tex(head)


def cuts(url: str, size: int, head: bytes, target: int) -> list[tuple[int, int, int]]:
    """Between members, each piece at least `target` bytes but for the last. One paper's source is not cut."""
    if not is_header(head[:BLOCK]):
        return [(0, -1, size)]
    starts = [0]
    with storage.open_read(url) as stream:
        for member in members(Seekable(stream)):
            if member.offset - starts[-1] >= target and member.status == OK:
                starts.append(member.offset)
    return [(start, end, end - start) for start, end in zip(starts, [*starts[1:], size], strict=True)]


def read(piece: Piece, options: Options) -> Iterator[Record]:
    with storage.open_read(piece.url) as stream:
        opening = stream.read(BLOCK)
        if piece.start or (is_header(opening) and _is_of_papers(opening + stream.read(BLOCK))):
            yield from _papers(Seekable(stream, piece.start, piece.end), options)
        else:
            record = _record(0, piece.path.rsplit("/", 1)[-1])
            stream.seek(0)
            yield _filled(record, stream.read(options.max_bytes + 1), options)


def _is_of_papers(opening: bytes) -> bool:
    return _MEMBER.match(opening, BLOCK if _FOLDER.match(opening) else 0) is not None


def _papers(tape: Seekable, options: Options) -> Iterator[Record]:
    """Folders, links and devices hold no paper; everything else in the tar is a record."""
    for member in members(tape):
        if member.status in (tar.BROKEN, tar.TRUNCATED):
            yield Record(member.offset, status=member.status)
        elif member.status == OK:
            record = _record(member.offset, member.name)
            if member.size > tape.left():
                record.status = tar.TRUNCATED
            elif member.size > options.max_bytes:
                record.status = LARGE
            elif options.bodies and record.status == OK:
                record = _filled(record, tape.take(member.size), options)
            yield record


def _filled(record: Record, content: bytes, options: Options) -> Record:
    if not options.bodies or record.status != OK:
        return record
    record.status, body = (LARGE, "") if len(content) > options.max_bytes else eprint.source(content, options.max_bytes)
    record.body = body if record.status == OK else None
    return record


def _record(offset: int, name: str) -> Record:
    """What the name alone tells; the status of a PDF too, so that it needs no reading."""
    record = Record(offset, media="latex", member=name.replace("\0", ""), charset="utf-8")
    found = _PAPER.fullmatch(name.lower() if name.isupper() else name)
    if found:
        record.url, record.date = _address(found), _month(found)
    if name.lower().endswith(".pdf"):
        record.status = PDF_ONLY
    return record


def _address(found: re.Match[str]) -> str:
    paper = found["new"] or f"{found['archive']}/{found['number']}"
    return f"https://arxiv.org/abs/{paper}{found['version'] or ''}"


def _month(found: re.Match[str]) -> int | None:
    """arXiv began in August 1991: 91 to 99 are of that century."""
    digits = found["new"] or found["number"]
    year, month = int(digits[:2]), int(digits[2:4])
    if not 1 <= month <= 12:
        return None
    return int(datetime(year + (1900 if year > 90 else 2000), month, 1, tzinfo=UTC).timestamp())

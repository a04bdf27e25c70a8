"""JSON Lines, plain or compressed: a line is a record.

The text is the column that the recipe's `fields` names, else `text`, else `content`; a dot reaches into nested
objects (`metadata.url`). A large plain file is cut into byte ranges: a piece owns the lines that *start* in it, so
that cuts may fall anywhere and each line belongs to exactly one piece. `offset` is the byte of the line in the plain
text. A line over the limit is skipped as it streams by, without being held. Blank lines are no records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from curate import storage
from curate.sources.compressed import CHUNK, Broken, chunks, compression
from curate.sources.lines import lines
from curate.sources.record import OK, Options, Piece, Record, clean, epoch

COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("text", "content"),
    "url": ("url", "uri"),
    "date": ("date", "timestamp", "created"),
    "language": ("language", "lang"),
    "title": ("title",),
    "license": ("license", "licence"),
}


GROUP = "web"


def cuts(url: str, size: int, head: bytes, target: int) -> list[tuple[int, int, int]]:
    """By bytes; a piece owns the lines that start in it. Compressed files are not cut."""
    if compression(head) is not None:
        return [(0, -1, size)]
    return [(at, min(at + target, size), min(target, size - at)) for at in range(0, size, target)]


def recognise(path: str, head: bytes) -> bool:
    """Whether the first line that is not blank is a JSON object, or the name says JSON Lines."""
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if path.endswith(".ipynb"):  # may be one line, and is one document
        return False
    if path.endswith((".jsonl", ".ndjson")):
        return b"\0" not in head
    if not first.startswith(b"{"):
        return False
    line, newline, _ = first.partition(b"\n")
    if not newline and len(first) >= 1 << 15:
        return path.endswith(".json")  # one line longer than the head: only its name can tell
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def read(piece: Piece, options: Options) -> Iterator[Record]:
    offset = piece.start
    with storage.open_read(piece.url) as stream:
        try:
            for offset, line in _owned(stream, piece, options.max_bytes):
                if line is None:
                    yield Record(offset, status="too_large")
                elif line.strip():
                    yield _record(offset, line, options)
        except Broken as broken:
            yield Record(offset + 1, status=broken.args[0])  # + 1: an offset no line has


def _owned(stream: BinaryIO, piece: Piece, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """The lines that start in [start, end)."""
    if piece.end < 0:
        yield from lines(chunks(stream), limit)
        return
    start = _next_line(stream, piece.start) if piece.start else 0
    stream.seek(start)
    for offset, line in lines(iter(lambda: stream.read(CHUNK), b""), limit, start):
        if offset >= piece.end:
            return
        yield offset, line


def _next_line(stream: BinaryIO, at: int) -> int:
    """The first byte at or after `at` at which a line starts."""
    stream.seek(at - 1)
    while chunk := stream.read(CHUNK):
        newline = chunk.find(b"\n")
        if newline >= 0:
            return stream.tell() - len(chunk) + newline + 1
    return stream.tell()


def _record(offset: int, line: bytes, options: Options) -> Record:
    try:
        row = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode())
    except UnicodeDecodeError:
        return Record(offset, status="undecodable")
    except (ValueError, RecursionError):  # also integers of thousands of digits
        return Record(offset, status="broken_json")
    if not isinstance(row, dict):
        return Record(offset, status="broken_json")
    return from_row(offset, row, options)


def from_row(offset: int, row: Mapping[str, object], options: Options) -> Record:
    """The record of a row with named columns, also for Parquet."""
    text = _value(row, "text", options)
    record = Record(
        offset,
        url=clean(_value(row, "url", options)),
        date=epoch(_value(row, "date", options)),
        title=clean(_value(row, "title", options)),
        license=clean(_value(row, "license", options)),
        language=clean(_value(row, "language", options)),
        media="text",
        status=_status(text),
    )
    if isinstance(text, str):
        record.charset = "utf-8"
    if options.bodies and record.status == OK:
        record.body = clean(text) if isinstance(text, str) else text  # type: ignore[assignment]
    return record


def _status(text: object) -> str:
    if not isinstance(text, (str, bytes)):
        return "no_text_field"
    first = text[:1]
    if first and not first.isspace() and first != "\0":  # of nearly every text: no need for a copy of it
        return OK
    return OK if (text.replace("\0", "") if isinstance(text, str) else text).strip() else "empty"


def _value(row: Mapping[str, object], what: str, options: Options) -> object:
    stated = options.fields.get(what) if options.fields else None
    for name in (stated,) if stated else COLUMNS[what]:
        found = row.get(name)
        if found is not None:
            return found
        if "." in name and name not in row and (found := _nested(row, name)) is not None:
            return found
    return None


def _nested(row: Mapping[str, object], name: str) -> object:
    found: object = row
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found

"""Records to batches of `documents`: text extracted, host and language found, every record a row.

Batches hold about 4 MB of text, so that what works on them fits a core's cache and its share of memory. What a row says
does not depend on the batch it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curate.code_language import detect
from curate.dedup.urls import host
from curate.extract import extract
from curate.extract.extract import Settings
from curate.file_name import file_name
from curate.language import UNKNOWN, identify
from curate.licenses.stated import named
from curate.sources.record import Piece, Record
from schemas.documents import DOCUMENTS, OK
from schemas.identity import uid

CODE = "code"  # the group whose documents have a language of code
BATCH_BYTES = 4 << 20
_BATCH_ROWS = 8_192  # bounds a batch of empty documents


def batches(
    records: Iterable[tuple[int, Record]],
    piece: Piece,
    settings: Settings,
    on_record: Callable[[int], None] | None = None,
    on_links: Callable[[int, tuple[str, ...]], None] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Batches of DOCUMENTS in the order of `records`. `on_record(row)` is called before each row is worked on,
    `on_links(row, links)` after each that cites something."""
    held = _Held()
    for row, record in records:
        if on_record is not None:
            on_record(row)
        links = held.add(row, record, piece, settings)
        if links and on_links is not None:
            on_links(row, links)
        if held.bytes >= BATCH_BYTES or len(held.rows) >= _BATCH_ROWS:
            yield _batch(held.rows)
            held = _Held()
    if held.rows:
        yield _batch(held.rows)


@dataclass
class _Held:
    rows: list[dict[str, Any]] = field(default_factory=list)
    bytes: int = 0

    def add(self, row: int, record: Record, piece: Piece, settings: Settings) -> tuple[str, ...]:
        """The addresses that it cites."""
        extracted = extract(record, settings)
        self.bytes += len(extracted.text)
        self.rows.append(
            {
                "row": row,
                "uid": uid(record.path or piece.path, record.offset),
                "url": record.url,
                "path": record.path or piece.path,
                "record_offset": record.offset,
                "member": record.member,
                "source": piece.source,
                "group": piece.group,
                "host": host(record.url) if record.url else None,
                "date": record.date,
                "status": extracted.status,
                "charset": extracted.charset,
                "title": extracted.title,
                "license": named(extracted.license) if extracted.license else None,
                "rights": list(extracted.rights),
                "text": extracted.text,
                "extractor": extracted.extractor,
                "confidence": extracted.confidence,
                "code_language": _code_language(record, piece, extracted.text) if extracted.status == OK else None,
            }
        )
        return extracted.links


def _code_language(record: Record, piece: Piece, text: str) -> str | None:
    """Of documents of the group `code`; their name is the member's, the file's, or the last part of the address."""
    if piece.group != CODE:
        return None
    return detect(file_name(record.member, piece.source, piece.path, record.url), text)


def _batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    computed = ("language", "language_score", "chars")
    fields = [f for f in DOCUMENTS.schema if f.name not in computed]
    columns = {f.name: pa.array([row[f.name] for row in rows], f.type) for f in fields}
    columns["language"], columns["language_score"] = _languages(columns["text"], columns["status"])
    columns["chars"] = pc.cast(pc.utf8_length(columns["text"]), pa.int64())
    return pa.RecordBatch.from_arrays([columns[name] for name in DOCUMENTS.schema.names], schema=DOCUMENTS.schema)


def _languages(texts: pa.StringArray, statuses: pa.StringArray) -> tuple[pa.StringArray, pa.FloatArray]:
    """Language of the rows that are ok; the texts of all others are empty, which `identify` calls unknown."""
    labels, scores = identify(texts)
    good = pc.equal(statuses, OK)
    return pc.if_else(good, labels, UNKNOWN), pc.if_else(good, scores, pa.scalar(0.0, pa.float32()))

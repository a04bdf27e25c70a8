"""The records of a shard, across its pieces, with rows that count on from piece to piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from curate.sources import Piece, Record, read
from pipelines import tables
from pipelines.context import Context
from schemas import SHARDS

BATCH_BYTES = 4 << 20
MOST_HELD = 4096  # small files that one batch may join


def records(context: Context, shard: int, *, bodies: bool, without: list[str]) -> Iterator[tuple[int, str, Record]]:
    """(row, path of its file, record) of each record of the shard. `without` gets the paths of files without any."""
    for piece, found, counters in _pieces(context, shard, bodies, frozenset()):
        for row, record in found:
            yield row, record.path or piece.path, record
        if not counters and piece.end < 0:  # a part of a file may well be without
            without.append(piece.path)


def document_batches(
    context: Context,
    shard: int,
    gone: np.ndarray,
    on_record: Callable[[int], None],
    on_links: Callable[[int, tuple[str, ...]], None],
) -> Iterator[pa.RecordBatch]:
    """schemas.DOCUMENTS of the records that are not in `gone` (rows), about 4 MB a batch; `on_links`: see
    `curate.documents.batches`."""
    from curate.documents import batches

    quarantined = context.quarantined(shard)
    held: list[pa.RecordBatch] = []
    size = 0
    for piece, found, _ in _pieces(context, shard, True, frozenset(gone.tolist())):
        for batch in batches(_set_aside(found, quarantined), piece, context.recipe.extract, on_record, on_links):
            held.append(batch)
            size += batch.nbytes
            if size >= BATCH_BYTES or len(held) >= MOST_HELD:
                yield pa.concat_batches(held)
                held, size = [], 0
    if held:
        yield pa.concat_batches(held)


def _pieces(
    context: Context, shard: int, bodies: bool, gone: frozenset[int]
) -> Iterator[tuple[Piece, Iterator[tuple[int, Record]], dict[str, int]]]:
    """(piece, its records, what was counted once they are read)"""
    table = tables.shards(context)
    base = 0
    for values in table.filter(pa.compute.equal(table["shard"], shard)).to_pylist():
        piece = Piece(**{name: values[name] for name in SHARDS.schema.names[2:]})
        counters: dict[str, int] = {}
        yield piece, _numbered(context, piece, base, bodies, gone, counters), counters
        base += counters.get("records", 0)


def _numbered(
    context: Context, piece: Piece, base: int, bodies: bool, gone: frozenset[int], counters: dict[str, int]
) -> Iterator[tuple[int, Record]]:
    source = context.recipe.sources[piece.source_index]
    skip = _From(base, gone)
    limit = context.recipe.extract.max_bytes
    for row, record in read(
        piece,
        {str(name): column for name, column in source.fields.items()},
        bodies,
        skip,
        max_bytes=limit,
        sample=source.sample,
        settings=source.settings,
        counters=counters,
    ):
        yield base + row, record


@dataclass(frozen=True)
class _From:
    """Rows of a shard as those of its piece that begins at `base`: a set for each of many small files would be n^2."""

    base: int
    rows: frozenset[int]

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and self.base + row in self.rows


def _set_aside(found: Iterator[tuple[int, Record]], quarantined: dict[int, str]) -> Iterator[tuple[int, Record]]:
    """A quarantined record keeps its row, without the body that ended its process."""
    for row, record in found:
        if row in quarantined:
            record = Record(record.offset, record.url, record.date, status=f"quarantined: {quarantined[row]}")
        yield row, record

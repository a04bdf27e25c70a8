"""Parquet files: a row is a record; `start` and `end` of a piece count row groups.

Columns are found as in JSON Lines. Only the columns that are asked for are read, a few hundred rows at a time.
`offset` is the number of the row in the file, since Parquet rows have no byte of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from curate import storage
from curate.sources.jsonl import COLUMNS, from_row
from curate.sources.record import Options, Piece, Record

GROUP = "web"
_ROWS = 256


def recognise(path: str, head: bytes) -> bool:
    return head.startswith(b"PAR1")


def cuts(url: str, size: int, head: bytes, target: int) -> list[tuple[int, int, int]]:
    """By row groups; one piece where the footer cannot be read."""
    groups = row_groups(url)
    if not groups:
        return [(0, -1, size)]
    found = []
    start = held = 0
    for at, length in enumerate(groups):
        held += length
        if held >= target or at == len(groups) - 1:
            found.append((start, at + 1, held))
            start, held = at + 1, 0
    return found


def row_groups(url: str) -> list[int] | None:
    """Stored bytes of each row group, or None if the footer cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with storage.open_read(url) as stream:
        try:
            footer = pq.ParquetFile(stream).metadata
        except (pa.ArrowException, OSError):
            return None
        groups = [footer.row_group(at) for at in range(footer.num_row_groups)]
        return [sum(group.column(at).total_compressed_size for at in range(group.num_columns)) for group in groups]


def read(piece: Piece, options: Options) -> Iterator[Record]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with storage.open_read(piece.url) as stream:
        try:
            file = pq.ParquetFile(stream)
        except (pa.ArrowException, OSError):
            yield Record(0, status="broken_parquet")
            return
        wanted = _columns(file.schema_arrow.names, options)
        lengths = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
        for at in range(piece.start, len(lengths) if piece.end < 0 else piece.end):
            yield from _group(file, at, sum(lengths[:at]), wanted, options)


def _group(file: Any, at: int, row: int, wanted: list[str], options: Options) -> Iterator[Record]:
    """The rows of one group; what breaks in it costs the rest of the group and no other."""
    import pyarrow as pa

    try:
        for batch in file.iter_batches(_ROWS, [at], columns=wanted):
            for values in _rows(batch):
                yield _limited(row, values, options)
                row += 1
    except (pa.ArrowException, OSError):
        yield Record(row, status="broken_parquet")


def _columns(names: list[str], options: Options) -> list[str]:
    """Top-level columns that a record can be made of."""
    stated = {options.fields.get(what) or "" for what in COLUMNS}
    wanted = {name for names in COLUMNS.values() for name in names} | stated | {name.split(".")[0] for name in stated}
    return [name for name in names if name in wanted]


def _rows(batch: Any) -> list[dict[str, Any]]:
    """Rows as dicts. Strings that are not UTF-8, which other writers let through, come with replacement characters."""
    import pyarrow as pa

    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError:
        columns = {}
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                stored = column.cast(pa.large_binary()).to_pylist()
                columns[name] = [value if value is None else value.decode("utf-8", "replace") for value in stored]
            else:
                columns[name] = column.to_pylist()
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _limited(row: int, values: dict[str, object], options: Options) -> Record:
    record = from_row(row, values, options)
    if record.body is not None and len(record.body) > options.max_bytes:
        return Record(row, url=record.url, date=record.date, status="too_large")
    return record

"""Files of a corpus without the documents that go: each is written anew from itself, what stays as it was.

- `text/`: the rows are left out.
- `tokens/`: a shard is one stream of documents, each with its end-of-text, cut into rows of one length. The stream is
  put together again without those that go and cut anew, so what follows them moves up and the order stays: row for row
  what `pack` writes of the same documents. It is held in memory, 8 M tokens as a rule.
- `documents`, `clean` in `work/`: the rows stay, since all other tables of the shard are told apart by them; text,
  title and tokens are gone.
- `links` in `work/`: what they cite is left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curate.mix.pack import Packer
from curate.mix.write import ROW_GROUP_TOKENS, write_options
from pipelines.exclude.found import EXCLUDED
from pipelines.phases.clean import LAID_OUT
from schemas import tokens as contract

PLAIN: dict[str, Any] = {"compression": "zstd", "compression_level": 1}


def text(source: str, target: str, ids: np.ndarray) -> int:
    """Rows that are left; where there are none no file is."""
    return _copied(source, target, PLAIN, lambda table: table.filter(pa.array(~np.isin(table["id"].to_numpy(), ids))))


def documents(source: str, target: str, rows: np.ndarray) -> int:
    blank = {"text": "", "title": None, "status": EXCLUDED}
    return _copied(source, target, PLAIN, lambda table: _blanked(table, rows, blank))


def clean(source: str, target: str, rows: np.ndarray) -> int:
    blank = {"text": "", "chars": 0, "tokens": [], "removed_lines": []}
    return _copied(source, target, {**PLAIN, **LAID_OUT}, lambda table: _blanked(table, rows, blank))


def links(source: str, target: str, rows: np.ndarray) -> int:
    """Rows that are left; where there are none no file is."""
    return _copied(source, target, {}, lambda table: table.filter(pa.array(~np.isin(table["row"].to_numpy(), rows))))


def tokens(source: str, target: str, ids: np.ndarray, token_bytes: np.ndarray) -> int:
    """Rows that are left; where there are none no file is."""
    with pq.ParquetFile(source) as file:
        metadata, table = file.schema_arrow.metadata, file.read(use_threads=False).combine_chunks()
    length, end, padding = (int(metadata[name]) for name in (b"length", b"end_of_text", b"padding"))
    of, flat, sizes = _documents(table, length)
    stays = ~np.isin(of, ids)
    last = np.cumsum(sizes) - 1  # the end-of-text of each
    kept = np.repeat(stays, sizes)
    kept[last] = False
    offsets = np.concatenate([[0], np.cumsum(sizes[stays] - 1)]).astype(np.int64)
    packer = Packer(length, end, padding, token_bytes)
    rows = pa.Table.from_batches([packer.add(of[stays], flat[kept], offsets), packer.finish()])
    schema = contract(length).schema.with_metadata(metadata)
    if rows.num_rows:
        with pq.ParquetWriter(target, schema, **write_options()) as writer:
            writer.write_table(rows.cast(schema), row_group_size=max(ROW_GROUP_TOKENS // length, 1))
    return int(rows.num_rows)


def _documents(table: pa.Table, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(id of each document, all tokens without padding, tokens of each document with its end-of-text)"""
    used = table["length"].to_numpy()
    flat = table["tokens"].combine_chunks().flatten().to_numpy().reshape(-1, length)
    counts = table["starts"].combine_chunks().value_lengths().to_numpy()
    starts, of, at = (table[name].combine_chunks().flatten().to_numpy() for name in ("starts", "ids", "offsets"))
    ends = np.append(starts[1:], 0)
    ends[np.cumsum(counts) - 1] = used
    begins = np.flatnonzero(at == 0)
    sizes = np.add.reduceat(ends - starts, begins).astype(np.int64)
    return of[begins], flat[np.arange(length) < used[:, None]], sizes


def _blanked(table: pa.Table, rows: np.ndarray, blank: dict[str, Any]) -> pa.Table:
    hit = pa.array(np.isin(table["row"].to_numpy(), rows))
    for name, value in blank.items():
        at, column = table.schema.get_field_index(name), table[name].combine_chunks()
        indices = pa.array(np.where(hit, len(column), np.arange(len(column))))
        filled = pa.concat_arrays([column, pa.array([value], column.type)]).take(indices)
        table = table.set_column(at, table.schema.field(at), filled)
    return table


def _copied(source: str, target: str, options: dict[str, Any], of: Callable[[pa.Table], pa.Table]) -> int:
    """A file changed one row group at a time."""
    rows = 0
    with pq.ParquetFile(source) as file, pq.ParquetWriter(target, file.schema_arrow, **options) as writer:
        for group in range(file.num_row_groups):
            table = of(file.read_row_group(group, use_threads=False))
            if table.num_rows:
                writer.write_table(table, row_group_size=1 << 20)
                rows += table.num_rows
    if not rows:
        os.remove(target)
    return rows

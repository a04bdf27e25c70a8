"""Reading what earlier phases wrote: the shard table, a shard's columns, and which of its rows still stand.

Decisions meet text here, by (shard, row), in the next reader: never by a shuffle of text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import BinaryIO, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curate.errors import RunStopped
from curate.storage import exists, open_read
from pipelines.context import Context

Batch = TypeVar("Batch", pa.RecordBatch, pa.Table)
DECIDING = ("urls", "extract", "measure", "filter", "near_duplicates", "clean", "select", "mix")


def shards(context: Context) -> pa.Table:
    """The shard table, one row a piece."""
    return read(context, "shards", 0, "shards")


def shard_numbers(context: Context) -> list[int]:
    return sorted(set(shards(context)["shard"].to_pylist()))


def groups(context: Context) -> dict[int, str]:
    """The group of each shard; a shard has one."""
    table = shards(context)
    return dict(zip(table["shard"].to_pylist(), table["group"].to_pylist(), strict=True))


def source_indexes(context: Context) -> dict[int, int]:
    """Which entry of the recipe's sources each shard belongs to."""
    table = shards(context)
    return dict(zip(table["shard"].to_pylist(), table["source_index"].to_pylist(), strict=True))


def read(
    context: Context, name: str, shard: int, phase: str | None = None, columns: list[str] | None = None
) -> pa.Table:
    """A whole file of a shard; for files without text."""
    with _whole(context.path(name, shard, phase)) as source, pq.ParquetFile(source) as file:
        return file.read(columns=columns, use_threads=False)  # a worker has one core: a second thread is only overhead


def rows_of(context: Context, name: str, shard: int, phase: str | None = None) -> int:
    """Rows of a file, from its footer."""
    with _whole(context.path(name, shard, phase)) as file:
        return int(pq.read_metadata(file).num_rows)


def columns(context: Context, name: str, shard: int, phase: str | None = None) -> list[str]:
    """Names of a file's columns, from its footer."""
    with _whole(context.path(name, shard, phase)) as file:
        return list(pq.read_schema(file).names)


def has(context: Context, name: str, shard: int, phase: str | None = None) -> bool:
    return exists(context.path(name, shard, phase))


def batches(
    context: Context, name: str, shard: int, phase: str, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """A file of a shard, a row group (about 4 MB of text) at a time."""
    with _whole(context.path(name, shard, phase)) as source, pq.ParquetFile(source) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=columns, use_threads=False).combine_chunks()
            yield from table.to_batches()


def removed(context: Context, shard: int) -> np.ndarray:
    """Sorted rows of the shard that some phase before this one removed."""
    gone = [np.empty(0, np.int64)]
    for phase, _ in context.keys:
        if phase in DECIDING and phase != context.phase and has(context, "ledger", shard, phase):
            ledger = read(context, "ledger", shard, phase, ["id", "action"])
            decided = ledger.filter(pc.is_in(ledger["action"], pa.array(["remove", "quarantine"])))
            gone.append(decided["id"].drop_null().to_numpy() & 0xFFFFFFFF)  # a file without records has no id
    return np.unique(np.concatenate(gone))


def standing(batch: Batch, gone: np.ndarray) -> Batch:
    """The rows of a batch (with a `row` column) that are not in `gone`."""
    if not len(gone):
        return batch
    return where(batch, pa.array(~np.isin(batch["row"].to_numpy(zero_copy_only=False), gone, assume_unique=True)))


def where(batch: Batch, mask: pa.Array) -> Batch:
    """`batch.filter(mask)` without the copy of all text where nothing goes."""
    return batch if pc.all(mask).as_py() else batch.filter(mask)


def survivors(context: Context, shard: int, columns: list[str]) -> pa.Table:
    """Columns of `documents` (no text) for the rows that stand, in row order."""
    columns = ["row", *[c for c in columns if c != "row"]]
    return standing(read(context, "documents", shard, "extract", columns), removed(context, shard))


def with_signals(context: Context, shard: int, documents: pa.Table, names: list[str] | None = None) -> pa.Table:
    """`documents` (with `row`, sorted) with their signals beside: those of `names`, or all."""
    measured = read(context, "signals", shard, "measure", None if names is None else ["row", *names])
    measured = in_row_order(measured, documents["row"].to_numpy())
    for name in measured.column_names:
        if name != "row":
            documents = documents.append_column(name, measured[name])
    return documents


def in_row_order(table: pa.Table, rows: np.ndarray) -> pa.Table:
    """The rows of `table` named by `rows` (sorted, all present)."""
    if len(rows) == table.num_rows:
        return table
    return table.take(pa.array(np.searchsorted(table["row"].to_numpy(), rows)))


@contextlib.contextmanager
def _whole(url: str) -> Iterator[BinaryIO]:
    """An open file of a phase; where its content is no Parquet, its name is told, which pyarrow does not know."""
    with open_read(url) as file:
        try:
            yield file
        except (pa.ArrowInvalid, OSError) as error:
            if not _is_damage(error):
                raise
            why = (str(error).splitlines() or ["unreadable"])[0].rstrip(".")
            raise RunStopped(
                f"{url}: is damaged ({why}); restore it, or delete the folder of its phase and run that recipe again"
            ) from None


def _is_damage(error: Exception) -> bool:
    """Arrow says of content that it cannot make out ArrowInvalid or a bare OSError; a disk or a network has a number
    or a class (TimeoutError, StorageError), and what failed there may be whole.
    """
    return isinstance(error, pa.ArrowInvalid) or (type(error) is OSError and error.errno is None)

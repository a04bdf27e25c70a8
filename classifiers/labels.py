"""Labels: judged documents, as a task's classes; what classifiers are trained on and judged by.

`labels.parquet` in the folder that `curate classifier annotate` wrote is the usual form. Labels of other origin come as
Parquet or JSONL with `text`, `answer` and `key` (the host, thread or file that must stay on one side of a split); the
other columns of the contract are filled. Rows are in order of uid, and of what decides where a document is there twice,
so that a file's order changes no model.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from classifiers.rows import picked
from classifiers.task import Task
from curate.corpus import parquet
from curate.storage import StorageError, exists, is_folder, join, open_read, put, size
from schemas.labels import LABELS

FILE = "labels.parquet"
NEEDED = ("text", "answer", "key")
ORDER = [(name, "ascending") for name in ("uid", "key", "text", "answer", "weight")]
MOST = 9e12  # documents that all together stand for
LARGEST_BLOCK = 1 << 29  # bytes of JSONL that are held at a time; more than any text
FILLED = {"language": "und", "group": "web", "stratum": "", "weight": 1.0, "judge": "given", "tokens": 0}


@dataclass(frozen=True)
class Labels:
    """Rows of `table` (schemas.LABELS, in order of uid) with the class of each among `task.names`."""

    task: Task
    table: pa.Table
    classes: np.ndarray  # int32[n]
    keys: np.ndarray  # object[n]

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def texts(self) -> pa.StringArray | pa.ChunkedArray:
        """In one array where one can hold them."""
        column = self.table["text"]
        return column if column.num_chunks > 1 else column.combine_chunks()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of uid, text, answer, key and weight of every row: what a model is a function of."""
        total = hashlib.sha256()
        for row in self.table.select(["uid", "text", "answer", "key", "weight"]).to_batches(max_chunksize=1024):
            for values in zip(*(column.to_pylist() for column in row.columns), strict=True):
                total.update(repr(values).encode("utf-8", "surrogatepass"))
        return total.hexdigest()

    def take(self, index: np.ndarray) -> Labels:
        return Labels(self.task, picked(self.table, index), self.classes[index], self.keys[index])


def read(source: str, task: Task) -> Labels:
    """Labels in a folder or file; ValueError names the file, the column or row, and what is allowed."""
    path = join(source, FILE) if is_folder(source) else source
    if not exists(path):
        raise ValueError(f"{path}: no labels there; `curate classifier annotate {task.name} CORPUS` writes them")
    table = _filled(_rows(path), path)
    if not len(table):
        raise ValueError(f"{path}: has no rows; nothing was judged")
    return of(table, task, path)


def of(table: pa.Table, task: Task, path: str = "labels") -> Labels:
    """Labels of a table that holds the contract."""
    table = picked(table, pc.sort_indices(table, sort_keys=ORDER).to_numpy())
    known = {answer: _class_of(task, answer, path) for answer in sorted(set(table["answer"].to_pylist()))}
    classes = np.array([known[answer] for answer in table["answer"].to_pylist()], np.int32)
    return Labels(task, table, classes, np.array(table["key"].to_pylist(), dtype=object))


def write(table: pa.Table, folder: str) -> str:
    """The file it became, in order of uid."""
    ordered = table.select(LABELS.schema.names).cast(LABELS.schema)
    ordered = picked(ordered, pc.sort_indices(ordered, sort_keys=ORDER).to_numpy())
    with tempfile.TemporaryDirectory() as scratch:
        part = os.path.join(scratch, FILE)
        pq.write_table(ordered, part, compression="zstd", compression_level=1)
        put(part, join(folder, FILE))
    return join(folder, FILE)


def _class_of(task: Task, answer: str, path: str) -> int:
    try:
        return task.class_of(answer)
    except ValueError as why:
        raise ValueError(f"{path}: column answer: {why}") from None


def _rows(path: str) -> pa.Table:
    try:
        if path.endswith((".jsonl", ".ndjson", ".json")):
            import pyarrow.json

            block = min(max(size(path), 1), LARGEST_BLOCK)  # a row must lie in one block, or in two that touch
            with open_read(path) as file:
                return pyarrow.json.read_json(file, pyarrow.json.ReadOptions(block_size=block))
        return parquet.read(path)
    except (pa.ArrowException, OSError) as why:
        if isinstance(why, StorageError) or getattr(why, "errno", None):  # not of what is in it
            raise
        kind = "JSONL" if "json" in path.rpartition(".")[2] else "Parquet"
        raise ValueError(f"{path}: cannot be read as {kind}: {' '.join(str(why).split())[:200]}") from None


def _filled(table: pa.Table, path: str) -> pa.Table:
    missing = [name for name in NEEDED if name not in table.column_names]
    if missing:
        raise ValueError(f"{path}: has no column {missing[0]!r}; labels need {', '.join(NEEDED)}")
    for name in NEEDED:  # what a uid is made of
        _column(table, LABELS.schema.field(name), path)
    columns = [_column(table, field, path) for field in LABELS.schema]
    return pa.Table.from_arrays(columns, schema=LABELS.schema)


def _column(table: pa.Table, field: pa.Field, path: str) -> pa.ChunkedArray:
    if field.name not in table.column_names:
        return _without(table, field)
    try:
        column = table[field.name].cast(field.type)
        column.validate(full=True)  # a file may call bytes text that are no UTF-8
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as why:
        raise ValueError(f"{path}: column {field.name}: must be {field.type} ({why})") from None
    if column.null_count and not field.nullable:
        row = column.is_null().index(True).as_py()
        raise ValueError(f"{path}: column {field.name}: row {row + 1} has none")
    return _weights(column, path) if field.name == "weight" else column


def _weights(column: pa.ChunkedArray, path: str) -> pa.ChunkedArray:
    """Refused where a document would stand for none, or all together for more than a sum of millionths can hold."""
    values = column.to_numpy()
    wrong = np.flatnonzero(~((values > 0) & np.isfinite(values)))
    if len(wrong):
        raise ValueError(
            f"{path}: column weight: row {wrong[0] + 1} has {values[wrong[0]]:g}; it must be above 0, for it says how "
            "many documents of the corpus this one stands for"
        )
    if values.sum() > MOST:
        raise ValueError(f"{path}: column weight: stands for {values.sum():g} documents in all; {MOST:g} is the most")
    return column


def _without(table: pa.Table, field: pa.Field) -> pa.ChunkedArray:
    """A column that the file does not have. A uid is of key and text, so that order in the file says nothing."""
    if field.name == "uid":
        import xxhash

        pairs = zip(table["key"].to_pylist(), table["text"].to_pylist(), strict=True)
        uids = [xxhash.xxh3_64_intdigest(f"{key}\n{text}".encode("utf-8", "surrogatepass")) for key, text in pairs]
        return pa.chunked_array([pa.array(uids, pa.uint64())])
    return pa.chunked_array([pa.array([FILLED.get(field.name)] * len(table), field.type)])

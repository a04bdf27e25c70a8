"""A row group decoded: token ids and the pieces they are made of.

What cannot be seen in a footer is seen here, in the middle of a run: bytes that do not decode, ids that the vocabulary
has not, pieces that do not fit their row. Each stops the training and names the file.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trainer.data import storage
from trainer.data.footers import AGAIN, Source, first_line, metadata_of
from trainer.data.shards import RowGroup
from trainer.data.vocabulary import Vocabulary
from trainer.errors import TrainingStopped


@dataclass(frozen=True)
class Rows:
    """tokens int32 [R, S], length int32 [R]; pieces of row r are ends[r] : ends[r + 1] of the others."""

    tokens: np.ndarray
    length: np.ndarray
    ends: np.ndarray
    starts: np.ndarray
    ids: np.ndarray
    bytes: np.ndarray

    @property
    def size(self) -> int:
        return sum(array.nbytes for array in vars(self).values())

    def pieces(self, row: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(ids, starts, bytes) of the pieces of a row."""
        part = slice(self.ends[row], self.ends[row + 1])
        return self.ids[part], self.starts[part], self.bytes[part]


def decode(group: RowGroup, vocabulary: Vocabulary, source: Source) -> Rows:
    """All rows of a row group. One thread: others decode other row groups."""
    where = f"{group.url}: row group {group.group}"
    try:
        with _opened(group, source) as file:
            table = file.read_row_group(group.group, ["tokens", "length", "starts", "ids", "bytes"], use_threads=False)
        rows = _rows(table)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise TrainingStopped(f"{where} cannot be read ({first_line(error)}); {AGAIN}, and start again") from error
    if wrong := _wrong(rows, group, vocabulary):
        raise TrainingStopped(f"{where} {wrong}; {AGAIN}, and start again")
    return rows


def _opened(group: RowGroup, source: Source) -> pq.ParquetFile:
    path = storage.local_path(group.url)
    if path is not None:
        return pq.ParquetFile(path, memory_map=True)
    shard, start, end = group.shard, int(group.shard.start[group.group]), int(group.shard.end[group.group])
    content = source.read(shard.url, shard.stamp, start, end)
    part = pa.PythonFile(_Part(shard.size, start, content), mode="r")
    return pq.ParquetFile(part, metadata=metadata_of(shard, source))


class _Part(io.RawIOBase):
    """A file of which only a row group is here; the Parquet reader asks for nothing else when it has the footer."""

    def __init__(self, size: int, start: int, content: bytes) -> None:
        self._size, self._start, self._content, self._at = size, start, content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, to: int, whence: int = 0) -> int:
        self._at = to + (0, self._at, self._size)[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        first = self._at - self._start
        last = len(self._content) if size < 0 else first + size
        if first < 0 or last > len(self._content):
            raise OSError(f"bytes from {self._at} on are not of its row group")
        self._at += last - first
        return self._content[first:last]


def _rows(table: pa.Table) -> Rows:
    columns = {name: table[name].combine_chunks() for name in table.column_names}
    for name, column in columns.items():
        if column.null_count:
            raise ValueError(f"column {name} has nulls")
    ends = [columns[name].offsets.to_numpy() - columns[name].offsets[0].as_py() for name in ("starts", "ids", "bytes")]
    if not all(np.array_equal(ends[0], other) for other in ends):
        raise ValueError("starts, ids and bytes have not as many entries each")
    length = table.schema.field("tokens").type.list_size
    return Rows(
        columns["tokens"].flatten().to_numpy().reshape(-1, length),
        columns["length"].to_numpy(),
        ends[0],
        *(columns[name].flatten().to_numpy() for name in ("starts", "ids", "bytes")),
    )


def _wrong(rows: Rows, group: RowGroup, vocabulary: Vocabulary) -> str:
    """In words; empty where all is as the contract says."""
    count, length = rows.tokens.shape
    if count != group.rows:
        return f"has {count} rows, and its footer said {group.rows}: the file has changed"
    low, high = int(rows.tokens.min()), int(rows.tokens.max())
    if low < 0 or high >= vocabulary.size:
        found = low if low < 0 else high
        return f"holds the token id {found}, and its vocabulary has {vocabulary.size}"
    if rows.length.min() < 1 or rows.length.max() > length:
        return f"has a row of {rows.length.min()} or {rows.length.max()} tokens, of {length}"
    first = rows.ends[:-1]
    if (np.diff(rows.ends) < 1).any() or rows.starts[first].any():
        return "has a row whose first piece does not begin at 0"
    rising = np.diff(rows.starts) > 0
    rising[first[1:] - 1] = True  # between rows
    if not rising.all() or (rows.starts[rows.ends[1:] - 1] >= rows.length).any():
        return "has pieces that do not follow each other within their row"
    return ""

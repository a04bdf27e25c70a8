"""What a shard's footer says: its row groups and where they lie, and whether the shard is one that can be read here.

Only the end of the file is read. All that can be known of a shard before the first step is checked of it: that it is
whole, its schema, its length, its vocabulary.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import check
from schemas.tokens import tokens
from trainer.data import storage
from trainer.data.cache import CACHE_SIZE, RangeCache
from trainer.data.vocabulary import Vocabulary
from trainer.errors import TrainingError

TAIL = 1 << 16  # bytes read first; nearly every footer is shorter
MAGIC = b"PAR1"
AGAIN = "copy it anew from the run that made it, or run `curate run` again with the same recipe and folder"


@dataclass(frozen=True)
class Shard:
    """A shard and its row groups: `rows` of each, in bytes [start, end) of the file; the footer begins at `footer`."""

    url: str
    size: int
    stamp: str
    footer: int
    rows: np.ndarray
    start: np.ndarray
    end: np.ndarray


@dataclass(frozen=True)
class Source:
    """Where ranges of shards come from: the file itself, or for a remote one a cache."""

    cache: RangeCache | None = None

    @staticmethod
    def of(corpora: Mapping[str, str], cache: str | None = None, size: int = CACHE_SIZE) -> Source:
        """With a cache where a corpus is remote."""
        if all(storage.local_path(folder) is not None for folder in corpora.values()):
            return Source()
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        return Source(RangeCache(cache or os.path.join(home, "curate", "shards"), size))

    def read(self, url: str, stamp: str, start: int, end: int) -> bytes:
        def fetch() -> bytes:
            content = storage.read(url, start, end)
            if len(content) != end - start:
                raise OSError(f"{url}: {len(content)} bytes came where {end - start} were asked for")
            return content

        if self.cache is None or storage.local_path(url) is not None:
            return fetch()
        return self.cache.get(url, stamp, start, end, fetch)


def open_shard(url: str, size: int, stamp: str, length: int, vocabulary: Vocabulary, source: Source) -> Shard:
    """TrainingError, in one sentence, where the shard is not one of `length` and `vocabulary`."""
    footer, metadata = _footer(url, size, stamp, source)
    schema = metadata.schema.to_arrow_schema()
    if wrong := check(schema, tokens(length)):
        raise TrainingError(f"{url}: is no shard of rows of {length} tokens ({wrong[0]}); take it out of the folder")
    said = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items() if key != b"ARROW:schema"}
    if said.get("length") != str(length):
        raise TrainingError(
            f"{url}: says it was packed at {said.get('length', 'no')} tokens, and lies with those of {length}; {AGAIN}"
        )
    if said.get("vocabulary") != vocabulary.digest:
        raise TrainingError(
            f"{url}: was made with the vocabulary {said.get('vocabulary', 'none')[:12]}, and {vocabulary.file} is "
            f"{vocabulary.digest[:12]}: its ids mean something else; {AGAIN}"
        )
    rows, start, end = _row_groups(metadata)
    if ((end > footer) | (start < 4) | (end <= start))[rows > 0].any():
        raise TrainingError(f"{url}: its footer names bytes that it has not; {AGAIN}")
    return Shard(url, size, stamp, footer, rows, start, end)


def metadata_of(shard: Shard, source: Source) -> pq.FileMetaData:
    """The footer of an opened shard, from the range that opening it has read."""
    start = min(shard.footer, max(shard.size - TAIL, 0))
    return pq.read_metadata(pa.BufferReader(source.read(shard.url, shard.stamp, start, shard.size)))


def _footer(url: str, size: int, stamp: str, source: Source) -> tuple[int, pq.FileMetaData]:
    """(where the footer begins, what it says)"""
    try:
        tail = source.read(url, stamp, max(size - TAIL, 0), size)
        start = size - 8 - int.from_bytes(tail[-8:-4], "little")
        if 4 <= start < size - len(tail):
            tail = source.read(url, stamp, start, size)
    except OSError as error:
        raise TrainingError(
            f"{url}: cannot be read: {first_line(error)}; see that it is there and may be read"
        ) from None
    if size < 12 or tail[-4:] != MAGIC:
        raise TrainingError(f"{url}: is cut short ({size:,} bytes, and no footer at their end); {AGAIN}")
    try:
        return start, pq.read_metadata(pa.BufferReader(tail))
    except (pa.ArrowException, ValueError, OSError):
        raise TrainingError(f"{url}: its footer is damaged; {AGAIN}") from None


def _row_groups(metadata: pq.FileMetaData) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    found = []
    for at in range(metadata.num_row_groups):
        group = metadata.row_group(at)
        columns = [group.column(number) for number in range(group.num_columns)]
        starts = [column.dictionary_page_offset or column.data_page_offset for column in columns]
        ends = [start + column.total_compressed_size for start, column in zip(starts, columns, strict=True)]
        found.append((group.num_rows, min(starts), max(ends)))
    rows, start, end = np.array(found, np.int64).reshape(-1, 3).T
    return rows, start, end


def first_line(error: Exception) -> str:
    """What the error says, on one line and without what cannot be printed."""
    said = (str(error).splitlines() or [""])[0]
    return "".join(c for c in said if c.isprintable()) or type(error).__name__

"""Writing a shard: local scratch, then one put a file, and the marker last.

A shard counts as done by its marker alone, so a task that dies at any moment leaves nothing that a reader would
believe. Each file is hashed as it is put; the marker lists them all with rows, bytes and SHA-256.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import uuid
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from curate import storage
from pipelines.context import Context
from schemas import Counts, Manifest, Output


class ShardOutput:
    """The files, counts and stats of one shard of a phase; used as a context manager, it is all or nothing."""

    def __init__(self, context: Context, number: int, version: int = 1):
        self.context, self.number = context, number
        self.manifest = Manifest(context.phase, version, context.key(context.phase))
        self._files: dict[str, ParquetFile] = {}

    @property
    def counts(self) -> Counts:
        return self.manifest.counts

    @property
    def stats(self) -> dict[str, Any]:
        return self.manifest.stats

    def parquet(self, name: str, schema: pa.Schema, url: str | None = None, **options: object) -> ParquetFile:
        """A Parquet file of this shard, by default `work/<phase>-<key>/<name>-<number>.parquet`."""
        file = ParquetFile(url or self.context.path(name, self.number), schema, **options)
        self._files[file.url] = file
        return file

    def __enter__(self) -> ShardOutput:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind:
            for file in self._files.values():
                file.abandon()
            return
        folder = self.context.folder()
        for file in self._files.values():
            self.manifest.outputs.append(file.put(folder))
        self.manifest.outputs.sort(key=lambda output: output.path)
        put_text(self.manifest.to_json(), self.context.marker(self.number))


class ParquetFile:
    """A Parquet file written in scratch and put whole; a row group a batch of about 4 MB."""

    def __init__(self, url: str, schema: pa.Schema, **options: object):
        self.url, self.rows, self._scratch = url, 0, scratch_path(url)
        self._writer = pq.ParquetWriter(
            self._scratch, schema, **{"compression": "zstd", "compression_level": 1, **options}
        )

    def write(self, batch: pa.RecordBatch | pa.Table, row_group: int = 1 << 20) -> None:
        """One row group, or several of `row_group` rows."""
        if batch.num_rows:
            self.rows += batch.num_rows
            table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
            self._writer.write_table(table.cast(self._writer.schema), row_group_size=row_group)

    def put(self, folder: str) -> Output:
        self._writer.close()
        size, digest = os.path.getsize(self._scratch), sha256(self._scratch)
        storage.put(self._scratch, self.url)
        return Output(self.url.removeprefix(folder).lstrip("/"), self.rows, size, digest)

    def abandon(self) -> None:
        with contextlib.suppress(OSError):  # the disk may be full: that is already being reported
            self._writer.close()
        if os.path.exists(self._scratch):
            os.remove(self._scratch)


def write_table(table: pa.Table, url: str) -> None:
    """One small table as a Parquet file, put whole."""
    scratch = scratch_path(url)
    pq.write_table(table, scratch, compression="zstd", compression_level=1)
    storage.put(scratch, url)


def put_bytes(content: bytes, url: str) -> None:
    scratch = scratch_path(url)
    with open(scratch, "wb") as file:
        file.write(content)
    storage.put(scratch, url)


def put_text(text: str, url: str) -> None:
    put_bytes(text.encode(), url)


def scratch_path(url: str) -> str:
    """A fresh local path: beside a local destination, so that the put is a rename; else in the temporary folder."""
    folder = tempfile.gettempdir()
    if "://" not in url:
        folder = os.path.dirname(url)
        os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, f".scratch-{uuid.uuid4().hex}")


def sha256(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

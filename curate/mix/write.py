"""Token shards as Parquet: small, quick to decode, and self-describing.

BYTE_STREAM_SPLIT puts the high bytes of neighbouring ids side by side, where zstd finds them nearly constant; row
groups of about 8 MB of ids let a loader read a few rows. The file's metadata says which vocabulary it was made with.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from curate.tokenizer.tokenizer import Tokenizer
from schemas.tokens import tokens as contract

ROW_GROUP_TOKENS = 1 << 21


def open_writer(path: str, length: int, tokenizer: Tokenizer) -> pq.ParquetWriter:
    """A writer for `write_rows`; use it in a `with`."""
    return pq.ParquetWriter(path, schema(length, tokenizer), **write_options())


def write_rows(writer: pq.ParquetWriter, batches: list[pa.RecordBatch], length: int) -> None:
    """Writes whole batches as row groups of a size; hold batches until they are about one."""
    table = pa.Table.from_batches(batches).cast(writer.schema)
    writer.write_table(table, row_group_size=max(ROW_GROUP_TOKENS // length, 1))


def schema(length: int, tokenizer: Tokenizer) -> pa.Schema:
    """The contract with its file metadata."""
    numbers = {"end_of_text": tokenizer.end_of_text, "padding": tokenizer.padding, "length": length}
    metadata = {"vocabulary": tokenizer.digest, **{name: str(number) for name, number in numbers.items()}}
    return contract(length).schema.with_metadata(metadata)


def write_options() -> dict[str, Any]:
    """Options of `pyarrow.parquet.ParquetWriter`."""
    split = ["tokens.list.element", "starts.list.element", "ids.list.element", "offsets.list.element"]
    return {
        "compression": "zstd",
        "compression_level": 3,
        "use_dictionary": False,
        "column_encoding": dict.fromkeys([*split, "bytes.list.element", "length"], "BYTE_STREAM_SPLIT"),
        "write_statistics": ["length"],
    }

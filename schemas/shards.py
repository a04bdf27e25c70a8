"""shards: the table that says which bytes of which file are which shard."""

import pyarrow as pa

from schemas.contract import Contract, field

SHARDS = Contract(
    "shards",
    "One row for each piece of a file, ordered by (shard, piece). A shard is one range of a large file or several small files.",
    pa.schema(
        [
            field("shard", pa.int32(), "number of the shard, from 0"),
            field("piece", pa.int32(), "ordinal of the piece in its shard"),
            field("source", pa.string(), "kind of input, a module of curate.sources"),
            field("source_index", pa.int32(), "which entry of the recipe's sources"),
            field("group", pa.string(), "group of its documents"),
            field("url", pa.string(), "where the file is, as fsspec opens it"),
            field("path", pa.string(), "the file relative to its source's root, with the source's label"),
            field("start", pa.int64(), "first byte, or first row group of a Parquet file"),
            field("end", pa.int64(), "end of the range, exclusive; -1 for the whole file"),
            field("bytes", pa.int64(), "bytes on disk of the piece", unit="bytes"),
        ]
    ),
)

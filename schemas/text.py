"""text: the finished documents, what people want. `category=` is a folder, not a column."""

import pyarrow as pa

from schemas.contract import Contract, field

TEXT = Contract(
    "text",
    "One row for each document of the mix, once however often it is repeated. Classifiers' scores follow.",
    pa.schema(
        [
            field("id", pa.int64(), "corpus:8 | shard:23 | row:32"),
            field("uid", pa.uint64(), "stable identity, for citation"),
            field("text", pa.string(), "the document"),
            field("url", pa.string(), "its address", nullable=True),
            field("path", pa.string(), "file it came from"),
            field("source", pa.string(), "kind of input"),
            field("group", pa.string(), "web, reference, books, papers, forum, code"),
            field("language", pa.string(), "ISO 639 code"),
            field("date", pa.timestamp("s", "UTC"), "capture or publication", nullable=True),
            field("license", pa.string(), "licence that source or page states, by its SPDX name where it is recognised", nullable=True),
            field("tokens", pa.int64(), "its length", unit="tokens"),
            field("repeats", pa.int32(), "times it occurs in tokens/"),
            field("member", pa.string(), "path inside that file, where it is an archive or a repository", nullable=True),
            field("code_language", pa.string(), "language of source code, as linguist calls it", nullable=True),
        ]
    ),
    open=True,
)

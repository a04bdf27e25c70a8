"""documents: the text of every record that `extract` read, also of the empty and the broken ones."""

import pyarrow as pa

from schemas.contract import Contract, field

OK = "ok"

DOCUMENTS = Contract(
    "documents",
    "One row for each record that `extract` read. Records that `urls` removed have a ledger row only, so `row` has gaps.",
    pa.schema(
        [
            field("row", pa.int64(), "ordinal of the record among all records of its shard"),
            field("uid", pa.uint64(), "hash of (path, record_offset): stable for citation across runs"),
            field("url", pa.string(), "address of the document, as the source states it", nullable=True),
            field("path", pa.string(), "file that holds the record, relative to its source's root, with the source's label"),
            field("record_offset", pa.int64(), "offset of the record in its file; ordinal where the format has none", unit="bytes"),
            field("member", pa.string(), "path of the document inside that file, where the file is an archive", nullable=True),
            field("source", pa.string(), "kind of input: warc, wet, text, jsonl, parquet ..."),
            field("group", pa.string(), "what competes and shares rules: web, reference, books, papers, forum, code"),
            field("host", pa.string(), "web host in lower case, without port and leading www.", nullable=True),
            field("date", pa.timestamp("s", "UTC"), "when it was captured or published", nullable=True),
            field("status", pa.string(), "ok, or the reason there is no text"),
            field("language", pa.string(), "ISO 639 code of lid.176; `und` where there is too little text"),
            field("language_score", pa.float32(), "the model's probability of that language, to 1/1000", unit="probability"),
            field("charset", pa.string(), "character set it was decoded from", nullable=True),
            field("title", pa.string(), "title that the source states", nullable=True),
            field("license", pa.string(), "licence that source or page states, by its SPDX name where it is recognised", nullable=True),
            field("rights", pa.list_(pa.string()), "reservations found in headers or page: noai, noimageai, noindex, tdm, tdm-policy"),
            field("text", pa.string(), "extracted text, UTF-8, lines ended by \\n"),
            field("chars", pa.int64(), "length of text", unit="code points"),
            field("code_language", pa.string(), "language of source code, as linguist calls it; null outside the group code", nullable=True),
            field("extractor", pa.string(), "engine that took HTML off: html, trafilatura, resiliparse", nullable=True),
            field("confidence", pa.float32(), "F1 that the HTML engine expects of its text, to 1/1000", nullable=True),
        ]
    ),
)

"""clean: the text after line edits, its tokens, and the signals measured a second time."""

import pyarrow as pa

from schemas.contract import Contract, field

CLEAN = Contract(
    "clean",
    "One row for each survivor with text left that `clean` did not quarantine. Further columns: the signals that `select` compares, measured on this text.",
    pa.schema(
        [
            field("row", pa.int64(), "row of the document"),
            field("text", pa.string(), "text without the removed lines"),
            field("removed_lines", pa.list_(pa.int32()), "numbers, from 0, of the lines that were removed"),
            field("chars", pa.int64(), "length of text", unit="code points"),
            field("tokens", pa.list_(pa.int32()), "token ids of text, without end-of-text", unit="token ids"),
        ]
    ),
    open=True,
)

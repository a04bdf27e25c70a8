"""scores: what `score` says of a cleaned document; classifiers append a column each."""

import pyarrow as pa

from schemas.contract import Contract, field

SCORES = Contract(
    "scores",
    "One row for each row of clean.",
    pa.schema(
        [
            field("row", pa.int64(), "row of the document"),
            field("category", pa.string(), "share of the mix it belongs to: general, math, code, multilingual"),
            field("tokens", pa.int64(), "length of the document", unit="tokens"),
            field("divergence", pa.float32(), "KL of its tokens from those of its language and group, to 1/1000", unit="nats"),
        ]
    ),
    open=True,
)

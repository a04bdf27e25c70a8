"""labels: documents with what a judge said of them; what classifiers are trained on and judged by."""

import pyarrow as pa

from schemas.contract import Contract, field

LABELS = Contract(
    "labels",
    "One row for each judged document, in order of uid; in labels/labels.parquet.",
    pa.schema(
        [
            field("uid", pa.uint64(), "stable identity of the document"),
            field("text", pa.string(), "the document, whole"),
            field("answer", pa.string(), "what the judge said: a point of the task's scale, or one of its classes"),
            field("key", pa.string(), "what must stay on one side of a split: the host, or the site, thread or file"),
            field("url", pa.string(), "its address", nullable=True),
            field("host", pa.string(), "its web host", nullable=True),
            field("language", pa.string(), "ISO 639 code"),
            field("group", pa.string(), "web, reference, books, papers, forum, code"),
            field("stratum", pa.string(), "the stratum that it was drawn from"),
            field("weight", pa.float64(), "documents of the corpus that it stands for: 1 / probability of being drawn"),
            field("judge", pa.string(), "model that answered, or `links`"),
            field("prompt", pa.string(), "digest of what it was asked", nullable=True),
            field("reason", pa.string(), "why, in the judge's words", nullable=True),
            field("tokens", pa.int64(), "prompt and answer together; 0 where the answer was known", unit="tokens"),
        ]
    ),
)

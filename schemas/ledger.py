"""ledger: each removal, edit, repetition and quarantine, one row. It is the removal file: what has no `remove` or `quarantine` row stands."""

import pyarrow as pa

from schemas.contract import Contract, field

ACTIONS = ("remove", "edit", "repeat", "quarantine")

LEDGER = Contract(
    "ledger",
    "One row for each decision. A document has at most one `remove` or `quarantine` row in all phases together.",
    pa.schema(
        [
            field("id", pa.int64(), "corpus:8 | shard:23 | row:32; null for a file that never became records", nullable=True),
            field("uid", pa.uint64(), "uid of the document; of (path, 0) for a file"),
            field("phase", pa.string(), "phase that decided"),
            field("action", pa.string(), "remove, edit, repeat or quarantine"),
            field("rule", pa.string(), "name of the rule, as in the report"),
            field("signal", pa.string(), "signal that the rule compares", nullable=True),
            field("value", pa.float64(), "value of the signal", nullable=True),
            field("threshold", pa.float64(), "threshold it was compared with", nullable=True),
            field("keeper", pa.int64(), "id of the document that stays in its place", nullable=True),
            field("similarity", pa.float32(), "Jaccard similarity with the keeper", nullable=True),
            field("chars_before", pa.int64(), "length before", unit="code points", nullable=True),
            field("chars_after", pa.int64(), "length after", unit="code points", nullable=True),
            field("tokens_before", pa.int64(), "length before; null before tokens exist", unit="tokens", nullable=True),
            field("tokens_after", pa.int64(), "length after; null before tokens exist", unit="tokens", nullable=True),
            field("detail", pa.string(), "URL or path where no documents row has it; the error's words", nullable=True),
        ]
    ),
)

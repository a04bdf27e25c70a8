"""lines: a 64-bit hash for each line of a document, and how much of the line repeats itself."""

import pyarrow as pa

from schemas.contract import Contract, field

LINES = Contract(
    "lines",
    "One row for each row of signals whose document's status is ok; both lists have one value a line, in order.",
    pa.schema(
        [
            field("row", pa.int64(), "row of the document"),
            field("hashes", pa.list_(pa.uint64()), "hash of the normalised line; 0 where it is blank or too short to count"),
            field("repetition", pa.list_(pa.uint8()), "share of the line's words inside n-grams that occur twice in it", unit="percent"),
        ]
    ),
)

"""sketches: MinHash signatures, the small stand-in for a document's set of shingles."""

import pyarrow as pa

from schemas.contract import Contract, field

SKETCHES = Contract(
    "sketches",
    "One row for each row of signals whose document's status is ok.",
    pa.schema(
        [
            field("row", pa.int64(), "row of the document"),
            field("sketch", pa.binary(), "little-endian uint32 values of the signature; null where the text has no word", nullable=True),
        ]
    ),
)

"""signals: a number a signal, for every document; recipes compare them with thresholds."""

import pyarrow as pa

from schemas.contract import Contract, field

SIGNALS = Contract(
    "signals",
    "One row for each row of documents that `measure` did not quarantine; one column a signal, named `family.signal`. Null only where status is not ok.",
    pa.schema([field("row", pa.int64(), "row of the document")]),
    open=True,
)

"""Pages whose owner reserves what the recipe's `urls.respect` names, as far as only the page itself says so.

What headers say, `urls` has acted upon, and such a record was never read further. What stands in a page is known once
it is extracted: the document keeps its row, with the status `rights: noai`, and nothing of its text.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from curate.language import UNKNOWN
from schemas import OK


def withheld(batch: pa.RecordBatch, respect: Sequence[str]) -> pa.RecordBatch:
    """A batch of documents, those that reserve one of `respect` without text."""
    reserved = [sorted(set(respect) & set(rights)) for rights in (batch["rights"].to_pylist() if respect else ())]
    hit = [bool(words) and status == OK for words, status in zip(reserved, batch["status"].to_pylist(), strict=False)]
    if not any(hit):
        return batch
    statuses = pa.array([f"rights: {' '.join(words)}" for words in reserved])
    instead = {"status": statuses, "text": "", "chars": 0, "language": UNKNOWN, "language_score": 0.0}
    columns = {name: batch[name] for name in batch.schema.names}
    for name, value in instead.items():
        other = value if isinstance(value, pa.Array) else pa.scalar(value, batch.schema.field(name).type)
        columns[name] = pa.compute.if_else(pa.array(hit), other, columns[name])
    return pa.RecordBatch.from_arrays([*columns.values()], schema=batch.schema)

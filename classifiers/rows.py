"""Rows of a table by number, also where its texts are more than a column of strings can hold.

Arrow counts the bytes of a string column in 31 bits. Rows picked from a larger one are copied a part at a time, so the
table that comes of them has its texts in several chunks; up to PART bytes in one.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PART = 1 << 30  # bytes of text that are copied at a time


def by_uid(table: pa.Table) -> pa.Table:
    """All rows, in order of uid."""
    return picked(table, pc.sort_indices(table, sort_keys=[("uid", "ascending")]).to_numpy())


def picked(table: pa.Table, index: np.ndarray, part: int = PART) -> pa.Table:
    """The rows of `table` at `index`, in that order; `text` is one of its columns."""
    place = table.schema.get_field_index("text")
    wide = table.set_column(place, "text", table["text"].cast(pa.large_string())).combine_chunks()
    sizes = pc.binary_length(wide["text"]).to_numpy().astype(np.int64)[index]
    parts = np.cumsum(sizes) // part
    pieces = np.split(np.asarray(index, np.int64), np.flatnonzero(np.diff(parts)) + 1)
    return pa.concat_tables([wide.take(pa.array(piece)).combine_chunks().cast(table.schema) for piece in pieces])

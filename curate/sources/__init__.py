"""Native formats in, records out: one module a kind of input.

`recognise` and `find` make the list of pieces from a recipe's paths; `read` yields the records of a piece. What a
module of a kind holds is told in `curate.sources.kinds`. The n-th record of a piece is row n, whatever is asked of it:
bodies or headers only, all rows or some.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, MutableMapping
from typing import Any, cast

from curate.sources.find import find
from curate.sources.kinds import KINDS, reader_of, recognise
from curate.sources.record import MAX_BYTES, OK, Options, Piece, Record

__all__ = ["KINDS", "MAX_BYTES", "OK", "Options", "Piece", "Record", "find", "read", "recognise"]


def read(
    piece: Piece,
    fields: Mapping[str, str] | None = None,
    bodies: bool = True,
    skip: Container[int] = (),
    *,
    max_bytes: int = MAX_BYTES,
    sample: float | None = None,
    settings: Mapping[str, Any] | None = None,
    counters: MutableMapping[str, int] | None = None,
) -> Iterator[tuple[int, Record]]:
    """(row, record) of every record of `piece` that is neither in `skip` nor outside the sample.

    Rows count from 0 in the order of the file, and those that are passed over count too. `counters`, if given, gets
    `records` (all) and `unsampled` added.
    """
    from curate.sources.sampling import WHOLE, keep

    counts = counters if counters is not None else {}
    options = Options(dict(fields or {}), bodies, max_bytes, dict(settings or {}), sample)
    reader = reader_of(piece.source)
    left_out = sample is not None and piece.source not in WHOLE and not hasattr(reader, "pieces")
    for row, record in enumerate(reader.read(piece, options)):
        counts["records"] = counts.get("records", 0) + 1
        if left_out and not keep(record, piece.path, cast(float, sample), piece.source):
            counts["unsampled"] = counts.get("unsampled", 0) + 1
        elif row not in skip:
            yield row, record

"""Ledger rows, columnwise: give what a decision knows, the rest is null."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas import LEDGER, Counts, make_ids

Column = Any  # an Arrow or NumPy array of n values, or one value for all rows


def rows(phase: str, action: str, rule: Column, ids: Column, uids: Column, **columns: Column) -> pa.Table:
    """A table of schemas.LEDGER with n = len(ids) rows."""
    given = {"id": ids, "uid": uids, "phase": phase, "action": action, "rule": rule, **columns}
    n = len(ids)
    return pa.Table.from_arrays([_column(given.get(f.name), f.type, n) for f in LEDGER.schema], schema=LEDGER.schema)


def removals(phase: str, shard: int, documents: pa.Table, rule: Column, **columns: Column) -> pa.Table:
    """Removal rows for `documents` (row, uid, chars) of a shard."""
    ids = make_ids(shard, documents["row"].to_numpy())
    chars = {"chars_before": documents["chars"], "chars_after": 0} if "chars" in documents.schema.names else {}
    action = columns.pop("action", "remove")
    return rows(phase, action, rule, ids, documents["uid"], **{**chars, **columns})


def in_order(tables: list[pa.Table]) -> pa.Table:
    """One table in the order of (id, rule)."""
    table = pa.concat_tables([LEDGER.schema.empty_table(), *tables])
    return table.sort_by([("id", "ascending"), ("uid", "ascending"), ("rule", "ascending")])


def count_removals(counts: Counts, before: pa.Table, removed: pa.Table) -> None:
    """Books of a phase that only removes: `before` has `chars` (and `tokens`, once there are), `removed` of LEDGER."""
    counts.documents_in += before.num_rows
    counts.documents_removed += removed.num_rows
    counts.documents_kept += before.num_rows - removed.num_rows
    for unit in ("chars", "tokens"):
        if unit in before.schema.names:
            total, gone = (pc.sum(column).as_py() or 0 for column in (before[unit], removed[f"{unit}_before"]))
            setattr(counts, f"{unit}_in", getattr(counts, f"{unit}_in") + total)
            setattr(counts, f"{unit}_removed", getattr(counts, f"{unit}_removed") + gone)
            setattr(counts, f"{unit}_kept", getattr(counts, f"{unit}_kept") + total - gone)


def count_kept(counts: Counts, documents: pa.Table | pa.RecordBatch, tokens: str | None = None) -> None:
    """Books of a phase that decides nothing: all that came in is kept. `tokens` names the column of token counts."""
    units = {"documents": documents.num_rows, "chars": pc.sum(documents["chars"]).as_py() or 0}
    if tokens:
        units["tokens"] = pc.sum(documents[tokens]).as_py() or 0
    for unit, n in units.items():
        for side in ("in", "kept"):
            setattr(counts, f"{unit}_{side}", getattr(counts, f"{unit}_{side}") + n)


def tally(table: pa.Table) -> dict[str, list[int]]:
    """{rule: [documents, chars, tokens]} that the removals of a ledger table took away."""
    gone = table.filter(pc.is_in(table["action"], pa.array(["remove", "quarantine"])))
    sums = gone.group_by("rule").aggregate([("uid", "count"), ("chars_before", "sum"), ("tokens_before", "sum")])
    return {
        r["rule"]: [r["uid_count"], r["chars_before_sum"] or 0, r["tokens_before_sum"] or 0] for r in sums.to_pylist()
    }


def _column(values: Column, type: pa.DataType, n: int) -> pa.Array:
    if values is None:
        return pa.nulls(n, type)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return values.cast(type)
    if isinstance(values, np.ndarray | list):
        return pa.array(values, type)
    return pa.repeat(pa.scalar(values, type), n)

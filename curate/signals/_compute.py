"""All signals of a batch of documents: one scan, then each family."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.errors import UserError
from curate.signals._families import OPTIONAL
from curate.signals._families import families as all_families
from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.recipe.sections import Contamination


def compute(
    documents: pa.Table | pa.RecordBatch,
    families: Sequence[str] | None = None,
    plugins: Sequence[str] = (),
    adult_lists: Sequence[str] = (),
    contamination: Contamination | None = None,
) -> pa.RecordBatch:
    """`row` and a column `family.signal` for each signal, in name order; null where `status` is there and not ok.

    Of `documents` only `text` is needed; `row`, `status` and `language` are used where they are. `families` is those
    wanted (all), `plugins` files with further ones, `adult_lists` word lists in place of the package's,
    `contamination` the recipe's section; without it that family is not measured.
    """
    from curate.kernels.scan import scan

    batch = _one_batch(documents)
    known = all_families(tuple(plugins))
    chosen = sorted(known if families is None else families)
    if contamination is None:
        chosen = _without_benchmarks(chosen, families)
    for name in chosen:
        if name not in known:
            raise UserError(f"{name!r} is no family of signals; there are {', '.join(sorted(known))}.")
    scanned = scan(batch["text"])
    absent = _absent(batch)
    columns: dict[str, pa.Array] = {}
    for name in chosen:
        values = _computed(known[name], scanned, batch, _settings(name, adult_lists, contamination))
        columns |= _columns(name, known[name], values, batch.num_rows, absent)
    return pa.RecordBatch.from_pydict({"row": _rows(batch), **dict(sorted(columns.items()))})


def _computed(module: ModuleType, scanned: Any, batch: pa.RecordBatch, settings: dict[str, Any]) -> Any:
    try:
        return module.compute(scanned, batch, **settings)
    except Exception as error:
        if module.__name__.startswith("curate."):
            raise
        raise UserError(_told(module, error)) from error


def _told(module: ModuleType, error: Exception) -> str:
    """A plugin's failure with the last of its own lines."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == module.__file__]
    where = f":{lines[-1]}" if lines else ""
    return f"The plugin {module.__file__}{where} failed: {type(error).__name__}: {error}"


def _without_benchmarks(chosen: list[str], families: Sequence[str] | None) -> list[str]:
    if families is not None and OPTIONAL in families:
        raise UserError("contamination is measured against benchmarks: give the section `contamination` of a recipe.")
    return [name for name in chosen if name != OPTIONAL]


def _settings(family: str, adult_lists: Sequence[str], contamination: Contamination | None) -> dict[str, Any]:
    """What a family takes besides the documents."""
    if family == "adult":
        return {"lists": tuple(adult_lists)}
    if family == OPTIONAL and contamination is not None:
        from curate.signals._items import index

        return {"index": index(contamination)}
    return {}


def _one_batch(documents: pa.Table | pa.RecordBatch) -> pa.RecordBatch:
    if isinstance(documents, pa.RecordBatch):
        return documents
    whole = documents.combine_chunks()
    columns = [c.chunk(0) if c.num_chunks == 1 else c.combine_chunks() for c in whole.columns]
    columns = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in columns]
    return pa.RecordBatch.from_arrays(columns, schema=whole.schema)


def _rows(batch: pa.RecordBatch) -> pa.Array:
    if "row" in batch.schema.names:
        return batch["row"].cast(pa.int64())
    return pa.array(np.arange(batch.num_rows, dtype=np.int64))


def _absent(batch: pa.RecordBatch) -> np.ndarray | None:
    """True where there was no text to measure."""
    if "status" not in batch.schema.names:
        return None
    return np.asarray(pc.fill_null(pc.not_equal(batch["status"], "ok"), True))


def _columns(
    family: str, module: ModuleType, values: Mapping[str, np.ndarray | pa.Array], rows: int, absent: np.ndarray | None
) -> dict[str, pa.Array]:
    if not isinstance(values, Mapping) or set(values) != set(module.SIGNALS):
        made = sorted(values) if isinstance(values, Mapping) else type(values).__name__
        raise UserError(f"compute() of signals {family!r} gave {made}, but SIGNALS declares {sorted(module.SIGNALS)}.")
    return {
        f"{family}.{name}": _column(f"{family}.{name}", s, values[name], rows, absent)
        for name, s in module.SIGNALS.items()
    }


def _column(name: str, signal: Signal, values: np.ndarray | pa.Array, rows: int, absent: np.ndarray | None) -> pa.Array:
    try:
        column = pa.array(values) if not isinstance(values, pa.Array | pa.ChunkedArray) else values
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        if column.type != signal.type:
            column = column.cast(signal.type)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise UserError(f"compute() gave values of {name} that are no {signal.type}: {error}") from error
    if len(column) != rows:
        raise UserError(f"compute() gave {len(column)} values of {name} for {rows} documents.")
    return (
        column
        if absent is None or not absent.any()
        else pc.if_else(pa.array(absent), pa.scalar(None, signal.type), column)
    )

"""The packed records that near-duplicate detection ships, and the reading of a shard's vertices.

`keys` are the policy's order keys (smaller is better, the id last of all), so their number follows the recipe.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from curate.recipe import Recipe
from pipelines import shuffle, tables
from pipelines.context import Context
from schemas import make_ids

PAIR = np.dtype([("a", "<i8"), ("b", "<i8")])
BAND = np.dtype([("band", "<u8"), ("id", "<i8"), ("order", "<u8")])
LOSS = np.dtype([("id", "<i8"), ("keeper", "<i8"), ("similarity", "<f4")])
COPY = np.dtype([("id", "<i8"), ("keeper", "<i8")])


def vertex(recipe: Recipe) -> np.dtype:
    """A document with the 128-bit hash of its sketch and its order keys."""
    return np.dtype([("high", "<u8"), ("low", "<u8"), ("keys", "<i8", (keys(recipe),)), ("id", "<i8")])


def parcel(recipe: Recipe) -> np.dtype:
    """The sketch of b on its way to the shard of a."""
    values = recipe.near_duplicates.bands * recipe.near_duplicates.rows
    return np.dtype([("a", "<i8"), ("b", "<i8"), ("keys_b", "<i8", (keys(recipe),)), ("sketch_b", "<u4", (values,))])


def edge(recipe: Recipe) -> np.dtype:
    """A compared pair. `sure` is 0 where the estimate is too near the threshold."""
    k = (keys(recipe),)
    return np.dtype(
        [("a", "<i8"), ("b", "<i8"), ("similarity", "<f4"), ("sure", "<i4"), ("keys_a", "<i8", k), ("keys_b", "<i8", k)]
    )


def keys(recipe: Recipe) -> int:
    return len(recipe.near_duplicates.keep)


@dataclass
class Vertices:
    """Survivors of a shard that have a sketch, by row: ids int64[n], sketches uint32[n, values], keys int64[n, k]."""

    ids: np.ndarray
    sketches: np.ndarray
    keys: np.ndarray

    def at(self, ids: np.ndarray) -> np.ndarray:
        """Index of each of `ids`, all present."""
        return np.searchsorted(self.ids, ids)


def vertices(context: Context, shard: int) -> Vertices:
    """All survivors with a sketch, copies included."""
    from curate.dedup.keepers import order_keys

    recipe = context.recipe
    columns = tables.survivors(context, shard, ["row", "date", "chars"])
    sketched = tables.in_row_order(tables.read(context, "sketches", shard, "measure"), columns["row"].to_numpy())
    known = sketched["sketch"].is_valid()
    columns, sketched = columns.filter(known), sketched.filter(known)
    trust = recipe.sources[tables.source_indexes(context)[shard]].trust
    values = recipe.near_duplicates.bands * recipe.near_duplicates.rows
    matrix = unpacked(sketched["sketch"].combine_chunks(), values)
    order = order_keys(_with_signals(context, shard, columns), recipe.near_duplicates.keep, trust)
    return Vertices(make_ids(shard, columns["row"].to_numpy()), matrix, order)


def _with_signals(context: Context, shard: int, columns: pa.Table) -> pa.Table:
    """`columns` (with `row`) and the signals that say who stays."""
    names = context.recipe.near_duplicates.signals
    if not names:
        return columns
    measured = tables.read(context, "signals", shard, "measure", ["row", *names])
    measured = tables.in_row_order(measured, columns["row"].to_numpy())
    for name in names:
        columns = columns.append_column(name, measured[name])
    return columns


def unpacked(sketches: pa.BinaryArray, values: int) -> np.ndarray:
    """uint32[n, values] of n sketches, none of them null; a view of their buffer."""
    _, offsets, content = sketches.buffers()
    first = int(np.frombuffer(offsets, np.int32)[sketches.offset]) if len(sketches) else 0
    count = len(sketches) * values
    return np.frombuffer(content or b"", "<u4", count, first).reshape(len(sketches), values)


def without_copies(context: Context, shard: int) -> Vertices:
    """The vertices of the graph: of documents with one sketch only the best."""
    all_of = vertices(context, shard)
    stays = ~np.isin(all_of.ids, shuffle.read(context, "copies", shard, COPY)["id"])
    return Vertices(all_of.ids[stays], all_of.sketches[stays], all_of.keys[stays])


def texts(context: Context, shard: int, ids: np.ndarray) -> pa.Table:
    """(row, text) of some documents of a shard, read batch by batch."""
    rows = np.unique(ids - make_ids(shard, np.zeros(1, np.int64))[0])
    parts = []
    for batch in tables.batches(context, "documents", shard, "extract", ["row", "text"]):
        wanted = np.isin(batch["row"].to_numpy(), rows)
        if wanted.any():
            parts.append(pa.Table.from_batches([batch.filter(pa.array(wanted))]))
    return pa.concat_tables(parts).combine_chunks()

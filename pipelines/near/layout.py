"""The packed records that near-duplicate detection ships, and the reading of a shard's vertices.

`keys` are the policy's order keys (smaller is better, the id last of all), so their number follows the recipe; beside
older corpora there is one more, the first, which says where a document comes from (curate.dedup.older).

A place is a shard of this run or of an older corpus (pipelines.older).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from curate.recipe import Recipe
from pipelines import older, shuffle, tables
from pipelines.context import Context
from schemas import corpora_of, rows_of

PAIR = np.dtype([("a", "<i8"), ("b", "<i8")])
COPY = np.dtype([("id", "<i8"), ("keeper", "<i8"), ("similarity", "<f4")])


def vertex(recipe: Recipe) -> np.dtype:
    """A document with the 128-bit hash of its sketch and its order keys; beside older corpora, its fate there."""
    fate = [("keeper", "<i8"), ("similarity", "<f4")] if recipe.against else []
    return np.dtype([("high", "<u8"), ("low", "<u8"), ("keys", "<i8", (keys(recipe),)), ("id", "<i8"), *fate])


def band(recipe: Recipe) -> np.dtype:
    """A vertex in one of its bands, where it stands among the sketches there, and its order keys."""
    return np.dtype([("band", "<u8"), ("id", "<i8"), ("order", "<u8"), ("keys", "<i8", (keys(recipe),))])


def parcel(recipe: Recipe) -> np.dtype:
    """A vertex on its way to where it is compared."""
    values = recipe.near_duplicates.bands * recipe.near_duplicates.rows
    return np.dtype([("id", "<i8"), ("keys", "<i8", (keys(recipe),)), ("sketch", "<u4", (values,))])


def edge(recipe: Recipe) -> np.dtype:
    """A compared pair. `sure` is 0 where the estimate is too near the threshold."""
    k = (keys(recipe),)
    return np.dtype(
        [("a", "<i8"), ("b", "<i8"), ("similarity", "<f4"), ("sure", "<i4"), ("keys_a", "<i8", k), ("keys_b", "<i8", k)]
    )


def keys(recipe: Recipe) -> int:
    return len(recipe.near_duplicates.keep) + bool(recipe.against)


@dataclass
class Vertices:
    """Survivors of a place that have a sketch, by row: ids int64[n], sketches uint32[n, values], keys int64[n, k]."""

    ids: np.ndarray
    sketches: np.ndarray
    keys: np.ndarray

    def at(self, ids: np.ndarray) -> np.ndarray:
        """Index of each of `ids`, all present."""
        return np.searchsorted(self.ids, ids)

    def only(self, wanted: np.ndarray) -> Vertices:
        """Those at `wanted`, a mask or ascending indexes."""
        return Vertices(self.ids[wanted], self.sketches[wanted], self.keys[wanted])

    def only_ids(self, ids: np.ndarray) -> Vertices:
        """Those of `ids`, ascending and all present."""
        return self.only(self.at(ids))


def vertices(context: Context, place: int) -> Vertices:
    """All survivors with a sketch, copies included; in an older corpus, those that met near_duplicates there."""
    run, shard = older.at(context, place)
    rows, sketches, keys = _in_its_run(run, shard)
    ids = older.ids(place, rows)
    if context.recipe.against:
        keys = _beside_older(context, place, ids, keys)
    return Vertices(ids, sketches, keys)


def _in_its_run(run: Context, shard: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rows, sketches, order keys by the policy of that run)"""
    from curate.dedup.keepers import order_keys

    recipe = run.recipe
    columns = tables.survivors(run, shard, ["row", "date", "chars"])
    sketched = tables.in_row_order(tables.read(run, "sketches", shard, "measure"), columns["row"].to_numpy())
    known = sketched["sketch"].is_valid()
    columns, sketched = columns.filter(known), sketched.filter(known)
    trust = recipe.sources[tables.source_indexes(run)[shard]].trust
    values = recipe.near_duplicates.bands * recipe.near_duplicates.rows
    matrix = unpacked(sketched["sketch"].combine_chunks(), values)
    if signals := recipe.near_duplicates.signals:
        columns = tables.with_signals(run, shard, columns, signals)
    order = order_keys(columns, recipe.near_duplicates.keep, trust)
    return columns["row"].to_numpy(), matrix, order


def _beside_older(context: Context, place: int, ids: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Order keys behind the one that puts older corpora first; an older policy's are cut or filled to this one's."""
    from curate.dedup.older import standing

    made = np.zeros((len(ids), keys(context.recipe)), np.int64)
    shared = min(order.shape[1], made.shape[1] - 1)
    made[:, 1 : 1 + shared] = order[:, :shared]
    made[:, 0] = standing(corpora_of(ids), np.isin(ids, older.fates(context, place).ids))
    return made


def unpacked(sketches: pa.BinaryArray, values: int) -> np.ndarray:
    """uint32[n, values] of n sketches, none of them null; a view of their buffer."""
    _, offsets, content = sketches.buffers()
    first = int(np.frombuffer(offsets, np.int32)[sketches.offset]) if len(sketches) else 0
    count = len(sketches) * values
    return np.frombuffer(content or b"", "<u4", count, first).reshape(len(sketches), values)


def without_copies(context: Context, place: int) -> Vertices:
    """The vertices of the graph: of documents with one sketch only the best."""
    all_of = vertices(context, place)
    stays = ~np.isin(all_of.ids, shuffle.read(context, "copies", place, COPY)["id"])
    return all_of.only(stays)


def texts(context: Context, place: int, ids: np.ndarray) -> pa.Table:
    """(row, text) of some documents of a place, read batch by batch."""
    run, shard = older.at(context, place)
    rows, parts = np.unique(rows_of(ids)), []
    for batch in tables.batches(run, "documents", shard, "extract", ["row", "text"]):
        wanted = np.isin(batch["row"].to_numpy(), rows)
        if wanted.any():
            parts.append(pa.Table.from_batches([batch.filter(pa.array(wanted))]))
    return pa.concat_tables(parts).combine_chunks()

"""Vertices that share a band are candidates; hot bands are compared within a window over sketch order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines import flow, shuffle
from pipelines.context import Context
from pipelines.near import layout
from pipelines.near.classes import competition
from schemas import corpora_of, places_of

HOT = 1 << 31  # the destination of hot groups' sizes: beyond any place
HOT_GROUP = np.dtype([("size", "<i8"), ("band", "<u8")])


def emit(context: Context, place: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.bands import band_hashes

    near = context.recipe.near_duplicates
    found = layout.without_copies(context, place)
    hashes = band_hashes(found.sketches, near.bands, near.rows, int(competition(context, place)))
    order = found.sketches[:, 0].astype(np.uint64) << np.uint64(32) | found.sketches[:, 1]
    for band in range(near.bands):
        records = np.empty(len(found.ids), layout.BAND)
        records["band"], records["id"], records["order"] = hashes[:, band], found.ids, order
        yield from shuffle.by_hash(context, records["band"], records)


def reduce(context: Context, partition: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.bands import candidates

    near = context.recipe.near_duplicates
    records = shuffle.joined(values, layout.BAND)
    found, hot = candidates(records["band"], records["id"], records["order"], near.window, near.hot_band)
    found = found[corpora_of(found[:, 0]) == 0]  # a < b: else both are in older corpora, which have decided them
    pairs = np.empty(len(found), layout.PAIR)
    pairs["a"], pairs["b"] = found[:, 0], found[:, 1]
    yield from shuffle.by_place(places_of(pairs["b"]), pairs)
    if len(hot):
        yield HOT, np.array(hot, HOT_GROUP).tobytes()

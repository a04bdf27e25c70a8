"""Vertices that share a band are candidates; in hot bands only some are compared (see curate.dedup.bands).

The pairs of a band leave a few million at a time, but its records are held together, some 200 bytes a vertex: the best
half of a window is told only once all are ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from pipelines import flow, shuffle
from pipelines.context import Context
from pipelines.near import layout
from pipelines.near.classes import competition
from schemas import corpora_of, places_of

HOT = 1 << 31  # the destination of hot groups' sizes: beyond any place
HOT_GROUP = np.dtype([("size", "<i8"), ("band", "<u8")])
AT_ONCE = 50_000  # vertices whose bands are cut into partitions together: so many that segments are not tiny
MOST_PAIRS = 4_000_000  # made at once, but for those of one group


def emit(context: Context, place: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.bands import band_hashes, sketch_order
    from curate.dedup.older import may_remove

    near = context.recipe.near_duplicates
    found = layout.without_copies(context, place)
    if context.recipe.against:  # what went in an older corpus removes nobody, and would take the place of one that does
        found = found.only(may_remove(found.keys[:, 0]))
    classes = competition(context, place, found.ids)
    for start in range(0, len(found.ids), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        hashes = band_hashes(found.sketches[some], near.bands, near.rows, classes[some])
        records = np.empty((near.bands, len(hashes)), layout.band(context.recipe))
        records["band"], records["id"], records["keys"] = hashes.T, found.ids[some], found.keys[some]
        for band in range(near.bands):
            records["order"][band] = sketch_order(found.sketches[some], near.rows, band)
        yield from shuffle.by_hash(context, records["band"].ravel(), records.ravel())


def reduce(context: Context, partition: int, values: Iterable[bytes]) -> Iterator[flow.Element]:
    hot: list[tuple[int, int]] = []
    for found, warm in _found(context, values):
        hot += warm
        found = found[corpora_of(found[:, 0]) == 0]  # a < b: else both are in older corpora, which have decided them
        pairs = np.empty(len(found), layout.PAIR)
        pairs["a"], pairs["b"] = found[:, 0], found[:, 1]
        yield from shuffle.by_place(places_of(pairs["b"]), pairs)
    if hot:
        yield HOT, np.array(hot, HOT_GROUP).tobytes()


def _found(context: Context, values: Iterable[bytes]) -> Iterator[tuple[np.ndarray, list[tuple[int, int]]]]:
    """(pairs, hot groups) in pieces of some MOST_PAIRS."""
    from curate.dedup.bands import candidates, of_one_hot_band

    near = context.recipe.near_duplicates
    for part in _pieces(context, values):
        band, ids, order, keys = part["band"], part["id"], part["order"], part["keys"]
        if band[0] == band[-1] and len(part) > max(near.hot_band, MOST_PAIRS // near.window):
            yield np.empty((0, 2), np.int64), [(len(part), int(band[0]))]
            yield from ((pairs, []) for pairs in of_one_hot_band(ids, order, keys, near.window, MOST_PAIRS))
        else:
            yield candidates(band, ids, order, keys, near.window, near.hot_band)


def _pieces(context: Context, values: Iterable[bytes]) -> Iterator[np.ndarray]:
    """Whole groups of the partition that have company, one of them our own, as many as give MOST_PAIRS together."""
    from curate.dedup.bands import group_starts, pair_counts

    near = context.recipe.near_duplicates
    records = np.frombuffer(b"".join(values), layout.band(context.recipe))
    by = np.lexsort([records["id"], records["band"]]) if context.recipe.against else np.argsort(records["band"])
    starts = group_starts(records["band"][by])
    sizes = np.diff(starts)
    company = (sizes > 1) & (corpora_of(records["id"][by[starts[:-1]]]) == 0)  # own ids come first
    by, sizes = by[np.repeat(company, sizes)], sizes[company]
    if not len(sizes):
        return
    starts = np.r_[0, np.cumsum(sizes)]
    counts = pair_counts(sizes, near.window, near.hot_band)
    piece, alone = np.cumsum(counts) // MOST_PAIRS, counts > MOST_PAIRS
    edges = np.flatnonzero(np.r_[True, (piece[1:] != piece[:-1]) | alone[1:] | alone[:-1], True])
    for first, last in pairwise(edges):
        yield records[by[starts[first] : starts[last]]]

"""Near the threshold the exact sets decide: the shingles of a travel to the shard of b, for those pairs only.

A parcel is the edge followed by the number of shingles of a and the shingles, all in little-endian 64-bit words.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines import flow, shuffle
from pipelines.context import Context
from pipelines.near import layout
from schemas import places_of


def emit(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    edges = shuffle.read(context, "estimates", shard, layout.edge(context.recipe))
    places = places_of(edges["b"])
    unsure = edges["sure"] == 0
    edges, places = edges[unsure], places[unsure]
    if not len(edges):
        return
    sets = _Sets(context, shard, edges["a"])
    for number in range(len(edges)):
        shingles = sets.of(edges["a"][number])
        yield int(places[number]), edges[number].tobytes() + np.int64(len(shingles)).tobytes() + shingles.tobytes()


def reduce(context: Context, place: int, values: list[bytes]) -> Iterator[flow.Element]:
    size = layout.edge(context.recipe).itemsize
    edges = np.frombuffer(b"".join(v[:size] for v in values), layout.edge(context.recipe)).copy()
    sets = _Sets(context, place, edges["b"])
    for number, parcel in enumerate(values):
        shipped = np.frombuffer(parcel, np.uint64, offset=size + 8)
        own = sets.of(edges["b"][number])
        common = len(np.intersect1d(shipped, own, assume_unique=True))
        edges["similarity"][number] = common / max(1, len(shipped) + len(own) - common)
    edges["sure"] = 1
    yield place, edges[edges["similarity"] >= context.recipe.near_duplicates.min_similarity].tobytes()


class _Sets:
    """Shingle sets of some documents of a place, made in one pass."""

    def __init__(self, context: Context, place: int, ids: np.ndarray):
        from curate.dedup.shingles import shingle_sets

        table = layout.texts(context, place, ids)
        self._ids = np.unique(ids)
        text = table["text"].combine_chunks()
        self._hashes, self._offsets = shingle_sets(text, context.recipe.measure.ngram)

    def of(self, id: int) -> np.ndarray:
        at = int(np.searchsorted(self._ids, id))
        return self._hashes[self._offsets[at] : self._offsets[at + 1]]

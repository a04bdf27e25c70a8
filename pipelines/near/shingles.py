"""Near the threshold the exact sets decide: the shingles of a travel to the shard of b, for those pairs only.

Each set travels once to each shard in which it is compared, in a block of bounded size: the number of edges, sets and
shingles, the edges, for each of them the number of its set, the ends of the sets, and the shingles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from pipelines import flow, shuffle
from pipelines.context import Context
from pipelines.near import layout
from pipelines.near.blocks import blocks, groups
from schemas import places_of

BLOCK = 1 << 20  # shingles, or edges
Sets = tuple[np.ndarray, np.ndarray]  # as of curate.dedup.shingles: hashes, offsets


def emit(context: Context, place: int, values: list[bytes]) -> Iterator[flow.Element]:
    found = shuffle.pieces(context, "estimates", place, layout.edge(context.recipe))
    unsure = [edges[edges["sure"] == 0] for edges in found]
    if not any(map(len, unsure)):
        return
    edges = np.concatenate(unsure)
    to = places_of(edges["b"])
    by = np.lexsort([edges["b"], edges["a"], to])
    edges, to = edges[by], to[by]
    ids, at = np.unique(edges["a"], return_inverse=True)
    hashes, offsets = _sets(context, place, ids)
    for first, last in _blocks(to, at, np.diff(offsets)):
        used, number = np.unique(at[first:last], return_inverse=True)
        parts = [hashes[offsets[n] : offsets[n + 1]] for n in used]
        ends = np.cumsum([len(part) for part in parts])
        head = np.array([last - first, len(used), ends[-1]], np.int64)
        block = (head, edges[first:last], number.astype(np.int64), ends.astype(np.int64), *parts)
        yield int(to[first]), b"".join(part.tobytes() for part in block)


def reduce(context: Context, place: int, values: Iterable[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.shingles import jaccard

    received = [_unpacked(context, value) for value in values]
    ids = np.unique(np.concatenate([edges["b"] for edges, _, _ in received]))
    hashes, offsets = _sets(context, place, ids)
    for edges, number, (shipped, ends) in received:
        used, at = np.unique(np.searchsorted(ids, edges["b"]), return_inverse=True)
        own = [hashes[offsets[n] : offsets[n + 1]] for n in used]
        both = np.concatenate([shipped, *own])
        limits = np.r_[0, ends, len(shipped) + np.cumsum([len(part) for part in own])]
        similarity = jaccard(both, limits, number, len(ends) + at)
        near = similarity >= context.recipe.near_duplicates.min_similarity
        found = edges[near]
        found["similarity"], found["sure"] = similarity[near], 1
        yield place, found.tobytes()


def _sets(context: Context, place: int, ids: np.ndarray) -> Sets:
    """The shingle sets of documents of a place, ids ascending."""
    from curate.dedup.shingles import shingle_sets

    return shingle_sets(layout.texts(context, place, ids)["text"].combine_chunks(), context.recipe.measure.ngram)


def _blocks(to: np.ndarray, at: np.ndarray, sizes: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of edges, in order of (to, set), with one destination and few enough edges and shingles."""
    starts = groups(to, at)
    return blocks(to, starts, (sizes[at[starts[:-1]]], BLOCK), (np.diff(starts), BLOCK))


def _unpacked(context: Context, block: bytes) -> tuple[np.ndarray, np.ndarray, Sets]:
    """(edges, number of the set of each, (shingles, ends of the sets))"""
    kind = layout.edge(context.recipe)
    edges, sets, shingles = np.frombuffer(block, np.int64, 3).tolist()
    at = 24 + edges * kind.itemsize
    number = np.frombuffer(block, np.int64, edges, at)
    ends = np.frombuffer(block, np.int64, sets, at + 8 * edges)
    hashes = np.frombuffer(block, np.uint64, shingles, at + 8 * (edges + sets))
    return np.frombuffer(block, kind, edges, 24), number, (hashes, ends)

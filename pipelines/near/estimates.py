"""The sketch of b travels to the shard of a, where similarity is estimated as the share of equal values.

Each sketch travels once to each shard in which it is compared, in a block of bounded size: the number of vertices and
of pairs, the vertices (layout.parcel), and for each pair the id of a and the number of b in the block.

The best of a hot band are compared with all of it, so one place can have any number of pairs. They are sent a range of
destinations at a time and compared block by block: beside its own sketches a task holds some AT_ONCE pairs, or those
that one place has with one other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from pipelines import flow, shuffle
from pipelines.context import Context
from pipelines.near import layout
from pipelines.near.blocks import blocks, groups
from schemas import places_of

BLOCK = 8192  # sketches
MOST_PAIRS = 1 << 20
AT_ONCE = 1 << 23  # pairs that are sorted together


def emit(context: Context, place: int, values: list[bytes]) -> Iterator[flow.Element]:
    if not shuffle.size(context, "pairs", place):
        return
    found = layout.vertices(context, place)
    for pairs in _parts(context, place):
        yield from _sent(context, found, pairs)


def _sent(context: Context, found: layout.Vertices, pairs: np.ndarray) -> Iterator[flow.Element]:
    """The blocks of some pairs, all there are for their destinations."""
    to = places_of(pairs["a"])
    by = np.lexsort([pairs["a"], pairs["b"], to])
    pairs, to = pairs[by], to[by]
    for first, last in _blocks(to, pairs["b"]):
        some = pairs[first:last]
        ids, at = np.unique(some["b"], return_inverse=True)
        own = found.at(ids)
        parcels = np.empty(len(ids), layout.parcel(context.recipe))
        parcels["id"], parcels["keys"], parcels["sketch"] = ids, found.keys[own], found.sketches[own]
        head = np.array([len(ids), len(some)], np.int64)
        yield int(to[first]), b"".join(x.tobytes() for x in (head, parcels, some["a"], at.astype(np.int64)))


def reduce(context: Context, place: int, values: Iterable[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.agreement import agreement
    from curate.dedup.near_duplicates import decide

    rule = context.recipe.near_duplicates
    every = layout.vertices(context, place)
    for parcels, a, other in (_unpacked(context, value) for value in values):
        ids, at = np.unique(a, return_inverse=True)
        found = every.only_ids(ids)
        similarity = agreement(found.sketches, at, parcels["sketch"], other)
        near, unsure = decide(similarity, rule.min_similarity, rule.exact_within)
        wanted = near | unsure
        edges = np.empty(int(wanted.sum()), layout.edge(context.recipe))
        edges["a"], edges["b"] = a[wanted], parcels["id"][other[wanted]]
        edges["similarity"], edges["sure"] = similarity[wanted], near[wanted]
        edges["keys_a"], edges["keys_b"] = found.keys[at[wanted]], parcels["keys"][other[wanted]]
        yield place, edges.tobytes()


def _parts(context: Context, place: int) -> Iterator[np.ndarray]:
    """The pairs of a place, each once, by ranges of the places of a: over AT_ONCE only where one place has them."""
    if shuffle.size(context, "pairs", place) <= AT_ONCE * layout.PAIR.itemsize:
        yield shuffle.distinct(shuffle.read(context, "pairs", place, layout.PAIR))
        return
    counts: Counter[int] = Counter()
    for some in shuffle.pieces(context, "pairs", place, layout.PAIR):
        to, many = np.unique(places_of(some["a"]), return_counts=True)
        counts.update(dict(zip(to.tolist(), many.tolist(), strict=True)))
    for low, high in _ranges(counts):
        wanted = []
        for some in shuffle.pieces(context, "pairs", place, layout.PAIR):
            to = places_of(some["a"])
            wanted.append(some[(to >= low) & (to <= high)])
        yield shuffle.distinct(shuffle.in_order(np.concatenate(wanted)))


def _ranges(counts: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """(first, last) of places, ascending, that have few enough pairs together."""
    places = sorted(counts)
    ends = np.cumsum([counts[place] for place in places])
    first = 0
    while first < len(places):
        before = ends[first - 1] if first else 0
        end = max(int(np.searchsorted(ends, before + AT_ONCE, "right")), first + 1)
        yield places[first], places[end - 1]
        first = end


def _blocks(to: np.ndarray, b: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of pairs, in order of (to, b), with one destination and few enough sketches and pairs."""
    starts = groups(to, b)
    return blocks(to, starts, (np.ones(len(starts) - 1, np.int64), BLOCK), (np.diff(starts), MOST_PAIRS))


def _unpacked(context: Context, block: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(parcels, ids of a, numbers of b)"""
    kind = layout.parcel(context.recipe)
    parcels, pairs = np.frombuffer(block, np.int64, 2).tolist()
    end = 16 + parcels * kind.itemsize
    a, at = np.frombuffer(block, np.int64, 2 * pairs, end).reshape(2, pairs)
    return np.frombuffer(block, kind, parcels, 16), a, at

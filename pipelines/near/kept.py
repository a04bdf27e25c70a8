"""The kept set on the driver, and what a shard loses by it.

The graph of verified pairs stays in files; the driver passes over them three times. It holds the vertices that have an
edge (their rank in the policy's order) and 8 bytes an edge, the ranks of its better and worse end: sorted, they are
decided in one pass (curate.dedup.keepers). So its memory follows the verified pairs, not the corpus: 0.8 GB for 10^8.

Losses are three columns in one file, ascending by id, mapped into memory: a task touches only what it looks up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from curate.errors import RunStopped
from curate.storage import read_bytes
from pipelines import shuffle
from pipelines.context import Context
from pipelines.near import layout
from pipelines.output import put_bytes
from schemas import make_ids


class Losses(NamedTuple):
    """Of what was removed, by id: ids int64[n], the keeper of each int64[n], their similarity float32[n]."""

    ids: np.ndarray
    keepers: np.ndarray
    similarity: np.ndarray


MERGED_AT = 1 << 20  # vertices that wait, at the least, for a merge
MOST_VERTICES = 1 << 32  # a rank has 32 bits
NONE = Losses(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))


def resolve(context: Context, places: Sequence[int]) -> None:
    """Decide the graph whose edges were laid down at `places`, and write the losses among its vertices."""
    from curate.dedup.keepers import by_id, decided, note_similarity, packed, ranks

    ids, keys = _vertices(context, places)
    rank = ranks(ids, keys)
    ends = np.empty(_most_edges(context, places), np.uint64)
    used = 0
    for edges in _edges(context, places):
        ends[used : used + len(edges)] = packed(edges["a"], edges["b"], ids, rank)
        used += len(edges)
    ends = ends[:used]
    ends.sort()
    keeper = decided(ends, len(ids))
    del ends
    similarity = np.zeros(len(ids), np.float32)
    for edges in _edges(context, places):
        note_similarity(similarity, keeper, packed(edges["a"], edges["b"], ids, rank), edges["similarity"])
    _write(context, Losses(*by_id(ids, rank, keeper, similarity)))


def losses_of(context: Context, shard: int) -> Losses:
    """All losses of a shard: its vertices that lost, and the copies of vertices, wherever those are."""
    from curate.dedup.copies import fates

    lost = _read(context)
    first, end = np.searchsorted(lost.ids, make_ids(shard, np.array([0, 1 << 32])))
    own = np.array(lost.ids[first:end])
    copies = shuffle.read(context, "copies", shard, layout.COPY)
    ids, best = np.concatenate([own, copies["id"]]), np.concatenate([own, copies["keeper"]])
    alike = np.concatenate([np.ones(len(own)), copies["similarity"]])
    known = _of(lost, np.unique(best))
    return Losses(*fates(ids, best, *known, alike))


def _edges(context: Context, places: Sequence[int]) -> Iterator[np.ndarray]:
    """The verified edges (layout.edge) of each place, in pieces."""
    kind = layout.edge(context.recipe)
    for place in places:
        for estimated in shuffle.pieces(context, "estimates", place, kind):
            yield estimated[estimated["sure"] == 1]
        yield from shuffle.pieces(context, "shingles", place, kind)


def _most_edges(context: Context, places: Sequence[int]) -> int:
    """At least as many as there are: those that exact sets confirmed are counted twice."""
    laid_down = (shuffle.sizes(context, step, places) for step in ("estimates", "shingles"))
    return sum(map(sum, laid_down)) // layout.edge(context.recipe).itemsize


def _vertices(context: Context, places: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """(ids ascending, order keys) of all that have an edge.

    What has come in is merged only once it outweighs what is known, so each vertex is sorted again a few times at most.
    """
    known = np.empty(0, np.int64), np.empty((0, layout.keys(context.recipe)), np.int64)
    waiting, count = [known], 0
    for edges in _edges(context, places):
        if len(edges):
            waiting += [_merged([(edges["a"], edges["keys_a"]), (edges["b"], edges["keys_b"])])]
            count += len(waiting[-1][0])
        if count > max(len(waiting[0][0]), MERGED_AT):
            waiting, count = [_merged(waiting)], 0
    ids, keys = _merged(waiting)
    if len(ids) > MOST_VERTICES:
        raise RunStopped(
            f"near_duplicates: {len(ids):,} documents are like another one, and one corpus holds {MOST_VERTICES:,} "
            "such; run parts of the input one after the other, each `against` those before it"
        )
    return ids, keys


def _merged(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Each vertex of the parts once, ids ascending."""
    ids, first = np.unique(np.concatenate([ids for ids, _ in parts]), return_index=True)
    return ids, np.concatenate([keys for _, keys in parts])[first]


def _write(context: Context, losses: Losses) -> None:
    columns = losses.ids.astype("<i8"), losses.keepers.astype("<i8"), losses.similarity.astype("<f4")
    put_bytes(b"".join(column.tobytes() for column in columns), context.path("losses", 0, ending="bin"))


def _read(context: Context) -> Losses:
    """Mapped where the file is local; read whole from an object store."""
    path = context.path("losses", 0, ending="bin")
    content = np.frombuffer(read_bytes(path), np.uint8) if "://" in path else _mapped(path)
    n = len(content) // 20
    return Losses(content[: 8 * n].view("<i8"), content[8 * n : 16 * n].view("<i8"), content[16 * n :].view("<f4"))


def _mapped(path: str) -> np.ndarray:
    return np.memmap(path, np.uint8, "r") if os.path.getsize(path) else np.empty(0, np.uint8)


def _of(lost: Losses, ids: np.ndarray) -> Losses:
    """The losses among `ids`, ascending."""
    at = np.searchsorted(lost.ids, ids)
    at = at[at < len(lost.ids)]
    at = at[lost.ids[at] == ids[: len(at)]]
    return Losses(*(np.array(column[at]) for column in lost))

"""Documents with the same sketch are one vertex, its best member; the others share its fate (see dedup.copies)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from pipelines import flow, older, shuffle
from pipelines.context import Context
from pipelines.near import layout
from pipelines.near.classes import competition
from schemas import places_of


def emit(context: Context, place: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.sketches import sketch_hashes

    found = layout.vertices(context, place)
    records = np.empty(len(found.ids), layout.vertex(context.recipe))
    hashes = sketch_hashes(found.sketches)
    records["high"], records["low"] = hashes[:, 0] ^ competition(context, place, found.ids), hashes[:, 1]
    records["keys"], records["id"] = found.keys, found.ids
    if context.recipe.against:
        records["keeper"], records["similarity"] = _settled(context, place, found.ids)
    yield from shuffle.by_hash(context, records["high"], records)


def reduce(context: Context, partition: int, values: Iterable[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.copies import collapse

    records = np.frombuffer(b"".join(values), layout.vertex(context.recipe))
    records = records[np.argsort(records["id"])]
    names = np.column_stack([records["high"], records["low"]])
    best = collapse(names, records["keys"].reshape(len(records), -1), records["id"])
    copy = best != records["id"]
    at = np.searchsorted(records["id"], best[copy])
    copies = np.empty(len(at), layout.COPY)
    copies["id"], copies["keeper"], copies["similarity"] = records["id"][copy], best[copy], 1
    if context.recipe.against:
        copies["keeper"], copies["similarity"] = records["keeper"][at], records["similarity"][at]
    yield from shuffle.by_place(places_of(copies["id"]), copies)


def _settled(context: Context, place: int, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where a copy of each of `ids` goes, and how similar it is: to the one itself, or where an older run sent that."""
    from curate.dedup.older import settled

    went = older.fates(context, place)
    return settled(ids, (went.ids, went.keepers, went.similarity))

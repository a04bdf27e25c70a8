"""Documents with the same sketch are one vertex, its best member; the others share its fate (see dedup.copies)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines import flow, shuffle
from pipelines.context import Context
from pipelines.near import layout
from pipelines.near.classes import competition
from schemas import shards_of


def emit(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.sketches import sketch_hashes

    found = layout.vertices(context, shard)
    records = np.empty(len(found.ids), layout.vertex(context.recipe))
    hashes = sketch_hashes(found.sketches)
    records["high"], records["low"] = hashes[:, 0] ^ competition(context, shard), hashes[:, 1]
    records["keys"], records["id"] = found.keys, found.ids
    yield from shuffle.by_hash(context, records["high"], records)


def reduce(context: Context, partition: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.copies import collapse

    records = np.frombuffer(b"".join(values), layout.vertex(context.recipe))
    names = np.column_stack([records["high"], records["low"]])
    best = collapse(names, records["keys"].reshape(len(records), -1), records["id"])
    copy = best != records["id"]
    copies = np.empty(int(copy.sum()), layout.COPY)
    copies["id"], copies["keeper"] = records["id"][copy], best[copy]
    yield from shuffle.by_place(shards_of(copies["id"]), copies)

"""The sketch of b travels to the shard of a, where similarity is estimated as the share of equal values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines import flow, shuffle
from pipelines.context import Context
from pipelines.near import layout
from schemas import places_of


def emit(context: Context, place: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.older import is_open

    pairs = np.unique(shuffle.read(context, "pairs", place, layout.PAIR))
    found = layout.vertices(context, place)
    at = found.at(pairs["b"])
    if context.recipe.against:  # a is our own; what went in an older corpus removes nobody
        still = is_open(np.zeros(len(at), np.int64), found.keys[at, 0])
        pairs, at = pairs[still], at[still]
    parcels = np.empty(len(pairs), layout.parcel(context.recipe))
    parcels["a"], parcels["b"] = pairs["a"], pairs["b"]
    parcels["keys_b"], parcels["sketch_b"] = found.keys[at], found.sketches[at]
    yield from shuffle.by_place(places_of(pairs["a"]), parcels)


def reduce(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate.dedup.near_duplicates import decide
    from curate.dedup.sketches import similarity as estimates

    rule = context.recipe.near_duplicates
    parcels = np.frombuffer(b"".join(values), layout.parcel(context.recipe))
    found = layout.vertices(context, shard)
    at = found.at(parcels["a"])
    similarity = estimates(found.sketches[at], parcels["sketch_b"])
    near, unsure = decide(similarity, rule.min_similarity, rule.exact_within)
    wanted = near | unsure
    edges = np.empty(int(wanted.sum()), layout.edge(context.recipe))
    edges["a"], edges["b"] = parcels["a"][wanted], parcels["b"][wanted]
    edges["similarity"], edges["sure"] = similarity[wanted], near[wanted]
    edges["keys_a"], edges["keys_b"] = found.keys[at][wanted], parcels["keys_b"][wanted]
    yield shard, edges.tobytes()

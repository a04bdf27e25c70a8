"""From sketches to verified pairs: the four shuffles, each a pair of task functions in its own file."""

from __future__ import annotations

import json

import numpy as np

from pipelines import older, shuffle, tables
from pipelines.context import Context
from pipelines.near import layout
from pipelines.near.pairs import HOT, HOT_GROUP
from pipelines.runners import Engine


def edges_of(context: Context, engine: Engine) -> tuple[np.ndarray, bytes]:
    """Verified edges (layout.edge) of the whole corpus, and the hot bands that were compared by windows, as JSON."""
    recipe, places = context.recipe, [*tables.shard_numbers(context), *older.places(context)]
    near = recipe.near_duplicates
    documents = (context.manifest("filter").counts + older.counts(context, "filter")).documents_kept

    def run(step: str, module: str, total_bytes: int) -> None:
        names = f"pipelines.near.{module}:emit", f"pipelines.near.{module}:reduce"
        shuffle.shuffle(context, engine, step, places, *names, total_bytes=total_bytes)

    run("copies", "copies", documents * layout.vertex(recipe).itemsize)
    run("pairs", "pairs", documents * near.bands * layout.BAND.itemsize)
    pairs = sum(shuffle.size(context, "pairs", n) for n in places) // layout.PAIR.itemsize
    run("estimates", "estimates", pairs * layout.parcel(recipe).itemsize)
    unsure = sum(int((shuffle.read(context, "estimates", n, layout.edge(recipe))["sure"] == 0).sum()) for n in places)
    run("shingles", "shingles", unsure * 8192)
    edges = [e for n in places for e in (_sure(context, n), _exact(context, n)) if len(e)]
    hot = sorted(shuffle.read(context, "pairs", HOT, HOT_GROUP).tolist(), reverse=True)
    report = json.dumps({"pairs": pairs, "unsure": unsure, "hot_bands": hot[:100], "hot_band_count": len(hot)})
    return (np.concatenate(edges) if edges else np.empty(0, layout.edge(recipe))), report.encode()


def _sure(context: Context, place: int) -> np.ndarray:
    edges = shuffle.read(context, "estimates", place, layout.edge(context.recipe))
    return edges[edges["sure"] == 1]


def _exact(context: Context, place: int) -> np.ndarray:
    return shuffle.read(context, "shingles", place, layout.edge(context.recipe))

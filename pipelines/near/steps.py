"""From sketches to verified pairs: the four shuffles, each a pair of task functions in its own file."""

from __future__ import annotations

import json

import numpy as np

from pipelines import shuffle, tables
from pipelines.context import Context
from pipelines.near import layout
from pipelines.near.pairs import HOT, HOT_GROUP
from pipelines.runners import Engine


def edges_of(context: Context, engine: Engine) -> tuple[np.ndarray, bytes]:
    """Verified edges (layout.edge) of the whole corpus, and the hot bands that were compared by windows, as JSON."""
    recipe, numbers = context.recipe, tables.shard_numbers(context)
    near = recipe.near_duplicates
    documents = sum(context.read_marker(n, "filter").counts.documents_kept for n in numbers)

    def run(step: str, module: str, total_bytes: int) -> None:
        names = f"pipelines.near.{module}:emit", f"pipelines.near.{module}:reduce"
        shuffle.shuffle(context, engine, step, numbers, *names, total_bytes=total_bytes)

    run("copies", "copies", documents * layout.vertex(recipe).itemsize)
    run("pairs", "pairs", documents * near.bands * layout.BAND.itemsize)
    pairs = sum(shuffle.size(context, "pairs", n) for n in numbers) // layout.PAIR.itemsize
    run("estimates", "estimates", pairs * layout.parcel(recipe).itemsize)
    unsure = sum(int((shuffle.read(context, "estimates", n, layout.edge(recipe))["sure"] == 0).sum()) for n in numbers)
    run("shingles", "shingles", unsure * 8192)
    edges = [e for n in numbers for e in (_sure(context, n), _exact(context, n)) if len(e)]
    hot = sorted(shuffle.read(context, "pairs", HOT, HOT_GROUP).tolist(), reverse=True)
    report = json.dumps({"pairs": pairs, "unsure": unsure, "hot_bands": hot[:100], "hot_band_count": len(hot)})
    return (np.concatenate(edges) if edges else np.empty(0, layout.edge(recipe))), report.encode()


def _sure(context: Context, shard: int) -> np.ndarray:
    edges = shuffle.read(context, "estimates", shard, layout.edge(context.recipe))
    return edges[edges["sure"] == 1]


def _exact(context: Context, shard: int) -> np.ndarray:
    return shuffle.read(context, "shingles", shard, layout.edge(context.recipe))

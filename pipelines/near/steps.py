"""From sketches to verified pairs: the four shuffles, each a pair of task functions in its own file."""

from __future__ import annotations

from typing import Any

from pipelines import older, shuffle
from pipelines.context import Context
from pipelines.near import layout
from pipelines.near.pairs import HOT, HOT_GROUP
from pipelines.runners import Engine


def verify(context: Context, engine: Engine, places: list[int]) -> dict[str, Any]:
    """Lay down the verified pairs (layout.edge) of all places; returns how many there were, and the hot bands."""
    recipe, near = context.recipe, context.recipe.near_duplicates
    documents = (context.manifest("filter").counts + older.counts(context, "filter")).documents_kept

    def run(step: str, total_bytes: int) -> None:
        names = f"pipelines.near.{step}:emit", f"pipelines.near.{step}:reduce"
        shuffle.shuffle(context, engine, step, places, *names, total_bytes=total_bytes)

    run("copies", documents * layout.vertex(recipe).itemsize)
    run("pairs", documents * near.bands * layout.band(recipe).itemsize)
    pairs = sum(shuffle.sizes(context, "pairs", places)) // layout.PAIR.itemsize
    run("estimates", pairs * layout.PAIR.itemsize)
    unsure = sum(_unsure(context, n) for n in places)
    run("shingles", unsure * layout.edge(recipe).itemsize)
    hot = sorted(shuffle.read(context, "pairs", HOT, HOT_GROUP).tolist(), reverse=True)
    hidden = sum(size * (size - 1) // 2 - near.window * size for size, _ in hot)
    return {
        "pairs": pairs,
        "unsure": unsure,
        "hot_bands": hot[:100],
        "hot_band_count": len(hot),
        "not_compared_in_hot_bands": max(0, hidden),
    }


def _unsure(context: Context, place: int) -> int:
    found = shuffle.pieces(context, "estimates", place, layout.edge(context.recipe))
    return sum(int((edges["sure"] == 0).sum()) for edges in found)

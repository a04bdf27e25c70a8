"""All models over all shards: fast scores in the pool, bands on the driver, slow scores in a step of their own.

What is told to the tasks of `score`: where the scores of each model lie, and of cascades the bands and cuts.
"""

from __future__ import annotations

from typing import Any

from pipelines import flow, tables
from pipelines.classify.bands import Bands, bands, clamps, remarks, step_name
from pipelines.classify.models import FAST, SLOW, Model, models
from pipelines.context import Context
from pipelines.runners import Engine
from pipelines.told import tell
from pipelines.undone import largest_first

TOLD = "classifiers"


def classify(context: Context, engine: Engine) -> None:
    """Leaves the scores of every model in work/, and tells where: `told(context, TOLD)`."""
    shards, known = tables.shard_numbers(context), models(context)
    behind = {n for model in known if FAST in model.steps for n in model.undone(FAST, shards)}
    tasks = [(n, b"") for n in largest_first(context, sorted(behind))]
    flow.run(context, engine, tasks, "pipelines.classify.fast:fast")
    tell(context, TOLD, {model.task: _slow(context, engine, model, shards) for model in known})


def _slow(context: Context, engine: Engine, model: Model, shards: list[int]) -> dict[str, Any]:
    if SLOW not in model.steps:
        return {}
    of_cells: Bands | None = bands(model, shards) if model.cascade else None
    name = step_name(model, of_cells)
    behind = model.undone(name, shards)
    if behind:
        from pipelines.classify.transformer_step import NAME, ScoreShards, transform  # Beam takes seconds to import

        step = transform(ScoreShards(context, model, name, of_cells), engine.accelerator)
        flow.run_step(engine, [(n, b"") for n in largest_first(context, behind)], f"{NAME}: {model.task}", step)
    if of_cells is None:
        return {"slow": name}
    cuts = clamps(model, of_cells, name, shards)
    folder = model.folder.rsplit("/", 1)[-1]  # by which `explain` finds what the slow model read
    notes = remarks(model, of_cells, shards)
    return {"slow": name, "folder": folder, "bands": of_cells, "cuts": cuts, "notes": notes}

"""A run to scale from: a sample of the recipe's own input, or a finished run that the user names."""

from __future__ import annotations

import json

from curate.errors import UserError
from curate.recipe import Recipe
from curate.recipe.sampled import sampled
from curate.storage import exists, join, read_bytes
from pipelines import keys
from pipelines.context import Context
from pipelines.progress import Progress
from pipelines.run import PHASES, Options, curate


def calibrate(recipe: Recipe, folder: str, least_bytes: int, progress: Progress) -> Context:
    """Run a sample of about `least_bytes` of the input (all of it, where there is less) in `folder`."""
    from curate.sources import find

    total = sum(piece.bytes for piece in find(recipe)[0])
    share = min(1.0, least_bytes / max(1, total))
    curate(recipe if share == 1 else sampled(recipe, share), folder, Options(progress=progress))
    return finished(recipe, folder)


def finished(recipe: Recipe, folder: str) -> Context:
    """The context of a finished run. UserError where it is none, or has lost its `work/`."""
    if not exists(join(folder, "facts.json")):
        raise UserError(f"{folder}: no facts.json, so this is no finished run; name the folder of a `curate run -o`")
    if not exists(join(folder, "work", "settings.json")):
        raise UserError(f"{folder}: its work/ was dropped by `curate clean`, so what its phases took is not known")
    known = json.loads(read_bytes(join(folder, "facts.json")))["phases"]
    names = [keys.name(phase) for phase in PHASES]
    return Context(folder, recipe, tuple((name, known[name]) for name in names))

"""The folder of a run: made by the first start, recognised by every later one.

It keeps the recipe it was begun with. A later start may change how the work is done (mesh, kernels, faults, how often
a checkpoint is written), never what is computed. Until ranks have started all may change: what they refuse must be
mended in the recipe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trainer import atomic, events
from trainer.errors import TrainingError
from trainer.recipe import TrainingRecipe, of
from trainer.written_yaml import parse

FILE = "recipe.yaml"
COMPUTED = ("model", "init", "seed", "stages", "lanes", "rate", "optimizer", "spikes", "precision")


def begin(recipe: TrainingRecipe, run: Path) -> None:
    """Make `run`, or see that it was begun with this recipe. TrainingError names the field that differs."""
    file = run / FILE
    if file.exists():
        begun = opened(run)
        if any(event["kind"] == "started" for event in events.read(run)):
            _same(recipe, begun, run)
    made(run)
    try:
        atomic.write(file, recipe.to_yaml())
    except OSError as error:
        raise TrainingError(f"{run}: cannot be written to ({error.strerror}); name another with --output") from None


def made(run: Path) -> Path:
    """The folder, empty where there was none. TrainingError where it is something else's."""
    try:
        # What begins with a point is of a first start that was killed.
        if not (run / FILE).exists() and run.exists() and not all(one.name.startswith(".") for one in run.iterdir()):
            raise TrainingError(f"{run}: is no folder of a training run and not empty; name another with --output")
        run.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"{run}: cannot be written to ({error.strerror}); name another with --output") from None
    return run


def opened(run: Path) -> TrainingRecipe:
    """The recipe of a run that was begun."""
    file = run / FILE
    if not file.is_file():
        raise TrainingError(f"{run}: holds no {FILE}, so it is no folder of a training run")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise TrainingError(f"{file}: cannot be read ({error.strerror}); see that it may be") from None
    return of(parse(content, str(file)), str(file))


def computed(recipe: TrainingRecipe) -> dict[str, Any]:
    """Its fields that decide what is computed, as a checkpoint keeps them."""
    return recipe.model_dump(mode="json", include=set(COMPUTED))


def differing(recipe: TrainingRecipe, theirs: dict[str, Any]) -> str | None:
    """The first field that `theirs`, of a checkpoint, has otherwise; what it does not say has not changed since."""
    other = of({**recipe.model_dump(mode="json"), **theirs}, "checkpoint")
    return next((field for field in COMPUTED if getattr(other, field) != getattr(recipe, field)), None)


def _same(asked: TrainingRecipe, begun: TrainingRecipe, run: Path) -> None:
    for field in COMPUTED:
        if getattr(asked, field) != getattr(begun, field):
            raise TrainingError(
                f"{run}: was begun with another `{field}` ({getattr(begun, field)!r:.200}); "
                f"name another folder with --output, or put it back"
            )
    # Going back goes to a checkpoint: their distance then is a part of what is computed.
    if asked.spikes.policy == "rewind" and asked.checkpoints.every != begun.checkpoints.every:
        raise TrainingError(
            f"{run}: was begun with another `checkpoints.every` ({begun.checkpoints.every}), and spikes.policy: "
            "rewind goes back by it; name another folder with --output, or put it back"
        )
    if sorted(asked.corpora) != sorted(begun.corpora):
        raise TrainingError(
            f"{run}: was begun with the corpora {', '.join(sorted(begun.corpora))}; name another folder"
        )

"""Where a model may be trained to: a new folder, or that of a model of the same task, which it takes the place of.

Recipes find models by folder. One that answered another question there would be gone after hours of somebody's work,
and whatever named it would find other answers.
"""

from __future__ import annotations

from curate import model_card
from curate.model_card import CARD
from curate.storage import exists, join, names


def refuse(out: str, task: str) -> None:
    """ValueError where `out` holds what is no model, or a model of another task; said before any training."""
    if not names(out):
        return
    if not exists(join(out, CARD)):
        raise ValueError(f"{out}: is not empty and holds no model; name another folder")
    try:
        there = model_card.read(out, verify=False).task
    except ValueError:
        raise ValueError(
            f"{out}: nobody can say whose model lies there, since its {CARD} is not one that can be read; "
            "remove the folder, or name another"
        ) from None
    if there != task:
        raise ValueError(f"{out}: holds a model of the task {there}, not {task}; name another folder, or remove it")

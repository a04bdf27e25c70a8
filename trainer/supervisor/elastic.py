"""Whether a run may go on with fewer ranks than it was begun with, when a node stays away (`faults.fewer_nodes`).

Only data parallelism can shrink: batches and their order do not depend on it, so the run stays the same run. What
changes is how sums over the batch are rounded: it is no longer bit-identical to an undisturbed one, hence the leave.
"""

from __future__ import annotations

from collections.abc import Callable

from trainer.errors import TrainingError
from trainer.parallel.checks import check
from trainer.recipe import TrainingRecipe


def fits(recipe: TrainingRecipe, until: int | None = None) -> Callable[[int], bool] | None:
    """Whether so many ranks can train `recipe` to step `until`, as a function; None where fewer are not allowed."""
    if not recipe.faults.fewer_nodes:
        return None
    config = recipe.config(recipe.parallel.tensor)  # of a vocabulary that does divide: the first start has checked it

    def fit(world: int) -> bool:
        try:
            check(recipe.parallel, config, recipe.stages, world, end=until)
        except TrainingError:
            return False
        return True

    return fit

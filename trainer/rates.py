"""The learning rate of a step: a pure function of the recipe, so that a resumed run has the same.

Linear warm-up, then cosine, linear or constant down to `floor` of the peak where the stages that anneal begin; those
go linearly from there to zero (Grattafiori et al. 2024, 3.4).
"""

from __future__ import annotations

import math

from trainer.recipe import Rate, TrainingRecipe


def rate(recipe: TrainingRecipe, step: int) -> float:
    """Of the `step`-th step, from 0."""
    main = recipe.main
    if step < main:
        return _before_annealing(recipe.rate, step, main)
    left = (recipe.steps - step) / max(1, recipe.steps - main)
    stands = _before_annealing(recipe.rate, main, main) if main else recipe.rate.peak
    return stands * max(0.0, left)


def _before_annealing(of: Rate, step: int, steps: int) -> float:
    if step < of.warmup:
        return of.peak * (step + 1) / of.warmup
    if of.shape == "constant" or steps <= of.warmup:
        return of.peak
    gone = (step - of.warmup) / (steps - of.warmup)
    kept = (1 + math.cos(math.pi * gone)) / 2 if of.shape == "cosine" else 1 - gone
    return of.peak * (of.floor + (1 - of.floor) * kept)

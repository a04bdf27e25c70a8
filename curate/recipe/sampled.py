"""A recipe over a share of its input: what `--sample` and a calibration run."""

from __future__ import annotations

from curate.recipe.model import Recipe


def sampled(recipe: Recipe, share: float) -> Recipe:
    """The recipe with each source sampled by `share` (0 to 1), on top of what the source asks for itself."""
    sources = [
        source.model_copy(update={"sample": share * (1.0 if source.sample is None else source.sample)})
        for source in recipe.sources
    ]
    return recipe.model_copy(update={"sources": sources})

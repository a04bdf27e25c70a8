"""A recipe over a share of its input: what `--sample` and a calibration run."""

from __future__ import annotations

from curate.recipe.model import Recipe


def sampled(recipe: Recipe, share: float) -> Recipe:
    """The recipe with each source, and the token budget, times `share` (0 to 1)."""
    sources = [
        source.model_copy(update={"sample": share * (1.0 if source.sample is None else source.sample)})
        for source in recipe.sources
    ]
    mix = recipe.mix
    if mix.tokens:  # a tenth of the input can give a tenth of the tokens, in the same shares
        mix = mix.model_copy(update={"tokens": max(1, round(mix.tokens * share))})
    return recipe.model_copy(update={"sources": sources, "mix": mix})

"""Two recipes of one input for `curate ablate`: as it is with the rule that holds text out, and extraction alone."""

from __future__ import annotations

from curate.recipe import Recipe
from curate.recipe.rules import Rule
from curate.recipe.sections import Pack

SIGNAL = "holdout.part"
SHARE = 0.05


def held_out(recipe: Recipe, share: float = SHARE, length: int | None = None) -> Recipe:
    """`recipe` with the rule first, so that nothing judges held-out documents before it; rows of `length` tokens."""
    rules = [_rule(share), *(rule for rule in recipe.rules if rule.signal != SIGNAL)]
    return recipe.model_copy(update={"rules": rules, "pack": _pack(recipe, length)})


def raw(recipe: Recipe, share: float = SHARE, length: int | None = None) -> Recipe:
    """The same input, tokenizer, categories and row lengths; every document that has text, once."""
    same = ("sources", "shards", "urls", "extract", "categories", "tokenizer")
    kept = {name: getattr(recipe, name) for name in same}
    return Recipe(name=f"{recipe.name} raw", rules=[_rule(share)], pack=_pack(recipe, length), **kept)


def _pack(recipe: Recipe, length: int | None) -> Pack:
    return recipe.pack if length is None else Pack(lengths=[length])


def _rule(share: float) -> Rule:
    return Rule(signal=SIGNAL, min=share, groups=None, source="held out for curate ablate")

"""What a recipe may say but hardly means: groups without a source, categories without a share, doubles, no policy."""

from typing import Any

from curate.recipe.classifier_checks import is_cascade
from curate.recipe.model import GENERAL, Recipe
from curate.recipe.names import did_you_mean

LEAST_SHARD = 1_000_000  # bytes
USUAL_GROUPS = {"web", "reference", "books", "papers", "forum", "code"}


def warnings(recipe: Recipe) -> list[str]:
    """One sentence for each, in the order of the recipe."""
    found = _sources(recipe) + _shards(recipe) + _groups(recipe) + _keep(recipe) + _twice(recipe) + _shares(recipe)
    return found + _cascades(recipe)


def _sources(recipe: Recipe) -> list[str]:
    return [] if recipe.sources else ["sources: there are none; name some, or give files to `curate run`"]


def _shards(recipe: Recipe) -> list[str]:
    target = recipe.shards.target
    if target >= LEAST_SHARD:
        return []
    return [f"shards.target: is {target:,} bytes, and each shard costs a dozen files and tasks; 64M is usual"]


def _groups(recipe: Recipe) -> list[str]:
    # A usual group without a source is no mistake (a base recipe names them all); any other is likely a slip.
    known = sorted(USUAL_GROUPS | {source.group for source in recipe.sources if source.group})
    return [
        f"{place}: no source is in group {group!r}{did_you_mean(group, known)}"
        for place, groups in _named_groups(recipe)
        for group in groups
        if group not in known
    ]


def _named_groups(recipe: Recipe) -> list[tuple[str, list[str]]]:
    named = []
    for section in ("rules", "hosts", "line_rules", "classifiers", "select", "categories"):
        for i, rule in enumerate(getattr(recipe, section)):
            if rule.groups is not None:
                named.append((f"{section}[{i}].groups", rule.groups))
    if recipe.near_duplicates is not None:
        named += [(f"near_duplicates.compete[{i}]", groups) for i, groups in enumerate(recipe.near_duplicates.compete)]
    for section in ("pii", "frequent_lines", "repeated_lines", "divergence"):
        settings = getattr(recipe, section)
        if settings is not None and settings.groups is not None:
            named.append((f"{section}.groups", settings.groups))
    named.append(("mix.keep_together", recipe.mix.keep_together))
    return named


def _keep(recipe: Recipe) -> list[str]:
    if recipe.near_duplicates is None or recipe.near_duplicates.keep:
        return []
    return ["near_duplicates.keep: is empty, so of near duplicates the one with the smaller id stays"]


def _twice(recipe: Recipe) -> list[str]:
    found = []
    for section in ("rules", "line_rules", "select", "hosts", "categories"):
        lines = getattr(recipe, section)
        for i, line in enumerate(lines):
            if line in lines[:i]:
                found.append(f"{section}[{i}]: says the same as {section}[{lines.index(line)}]")
    return found


def _cascades(recipe: Recipe) -> list[str]:
    """A cascade's score is right about its own cut alone; without one, its slow model reads everything."""
    cut = {one.column: i for i, one in enumerate(recipe.classifiers) if one.cuts and is_cascade(one)}
    compared = [(f"{name}[{i}]", one.signal) for name in ("select", "categories") for i, one in _lines(recipe, name)]
    return [
        f"{place}.signal: {signal} is a cascade's, and sure about its own cut (classifiers[{cut[signal]}]) only"
        for place, signal in compared
        if signal in cut
    ]


def _lines(recipe: Recipe, section: str) -> list[tuple[int, Any]]:
    return list(enumerate(getattr(recipe, section)))


def _shares(recipe: Recipe) -> list[str]:
    if not isinstance(recipe.mix.shares, dict):
        return []
    without = sorted({GENERAL, *(rule.category for rule in recipe.categories)} - set(recipe.mix.shares))
    return [f"mix.shares: {category} has no share, so none of it is in the mix" for category in without]

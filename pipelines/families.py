"""Which families of signals a run measures: those that everyone looks at, and what its recipe names.

The first six tell what a page is, and a new threshold on them is tried without measuring again. The others (c4,
fineweb, refinedweb, ccnet) would cost each run two fifths more (docs/agreement.md has what they are for), so they are
measured where a rule compares them: naming one for the first time measures again, once.
"""

from __future__ import annotations

from pathlib import Path

from curate.recipe import Recipe
from curate.recipe.classifiers import PREFIX

ALWAYS = ("adult", "code", "gopher", "math", "pii", "repetition")


def measured(recipe: Recipe) -> list[str]:
    """Families of the signals phase, in name order."""
    plugins = [Path(path).stem for path in recipe.plugins]
    contamination = ["contamination"] if recipe.contamination else []
    return sorted({*ALWAYS, *_named(recipe), *plugins, *contamination})


def measured_again(recipe: Recipe) -> list[str]:
    """Families that `select` and the categories compare: only those are measured on the cleaned text."""
    signals = [rule.signal for rule in recipe.select] + [rule.signal or "" for rule in recipe.categories]
    return _families(signals + [unless.signal for rule in recipe.select for unless in rule.unless])


def _named(recipe: Recipe) -> list[str]:
    """Families that any rule of the recipe compares or is exempted by, or that say which near duplicate stays."""
    rules = [*recipe.rules, *recipe.select]
    signals = [rule.signal for rule in rules] + [rule.signal for rule in recipe.hosts]
    spare = [recipe.frequent_lines, recipe.repeated_lines, recipe.divergence, *recipe.hosts, *recipe.line_rules]
    signals += [unless.signal for part in [*rules, *spare] if part for unless in part.unless]
    signals += [unless.signal for entry in recipe.classifiers for unless in entry.unless]
    signals += recipe.near_duplicates.signals if recipe.near_duplicates else []
    return _families(signals + [rule.signal or "" for rule in recipe.categories])


def _families(signals: list[str]) -> list[str]:
    return sorted({signal.split(".")[0] for signal in signals if "." in signal and not signal.startswith(PREFIX)})

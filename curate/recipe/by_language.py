"""Thresholds by language: one line of a recipe that stands for several rules.

`{signal: gopher.words, min: 50, by_language: {zh: {min: 40}, th: {min: 60}}}` is the rule for all languages but two,
and one for each of these. A recipe is read as those rules, so that ledger, report and `explain` name what decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import model_validator

from curate.recipe.quantities import Threshold
from curate.recipe.section import Section

if TYPE_CHECKING:
    from curate.recipe.rules import Rule

R = TypeVar("R", bound="Rule")


class Bounds(Section):
    """What a language has in place of a rule's own; a bound that is not stated stays."""

    min: Threshold | None = None
    max: Threshold | None = None

    @model_validator(mode="after")
    def _differs(self) -> Bounds:
        if self.min is None and self.max is None:
            raise ValueError("has neither min nor max; to spare a language, put it into except_languages")
        return self


def apart(rules: list[R]) -> list[R]:
    """Each rule for the languages without bounds of their own, then one for each set of bounds, in the order stated."""
    return [one for at, rule in enumerate(rules) for one in _apart(rule, at)]


def _apart(rule: R, at: int) -> list[R]:
    named: dict[Bounds, list[str]] = {}
    for language, bounds in rule.by_language.items():
        named.setdefault(bounds, []).append(language)
    kind = type(rule)
    made = []
    if rule.min is not None or rule.max is not None:
        made.append(rule.model_copy(update={"by_language": {}, **_others(rule)}))
    for bounds, languages in named.items():
        own = {b: getattr(bounds, b) if getattr(bounds, b) is not None else getattr(rule, b) for b in ("min", "max")}
        stated = {name: getattr(rule, name) for name in kind.model_fields if name not in (*own, *_WHOM)}
        made.append(kind(**stated, **own, languages=languages))
    for one in made:
        one._stated_at = at
    return [one for one in made if one.languages != []]


_WHOM = ("by_language", "languages", "except_languages")


def _others(rule: Rule) -> dict[str, list[str]]:
    if not rule.by_language:
        return {}
    if rule.languages is None:
        return {"except_languages": [*rule.except_languages, *rule.by_language]}
    return {"languages": [one for one in rule.languages if one not in rule.by_language]}

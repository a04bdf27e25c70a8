# ruff: noqa: RUF012  (pydantic copies the defaults)
"""Lines of a recipe that decide: a signal, its bounds, and whom they concern.

A rule that could never remove anything (no bound, no language, no group) is refused rather than accepted in silence.
"""

import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, PrivateAttr, field_validator, model_validator

from curate.recipe.by_language import Bounds
from curate.recipe.languages import Language
from curate.recipe.quantities import Count, Number, Share, Text, Threshold, Word
from curate.recipe.section import Section
from curate.recipe.spares import Exempt, Groups, Spares, all_of_them, some

Bound = Literal[-1, 1]  # below `min`, above `max`
DAY = 86_400
Languages = Annotated[list[Language] | None, BeforeValidator(all_of_them)]


class Scope(Section):
    """Whom a line concerns. `groups` and `languages` of None (written `all`) mean every one."""

    groups: Groups = None
    languages: Languages = None
    except_languages: list[Language] = []

    @field_validator("groups", "languages")
    @classmethod
    def _concerns_someone(cls, names: list[str] | None) -> list[str] | None:
        return some(names)

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> "Scope":
        if self.languages is not None and self.except_languages:
            raise ValueError("has both languages and except_languages; write one of them")
        return self


def _norwegian_too(value: object) -> object:
    """`no`, which YAML reads as false, as a key."""
    return {"no" if key is False else key: one for key, one in value.items()} if isinstance(value, dict) else value


class Rule(Scope):
    """Keeps documents with min <= signal <= max. Null signals pass; documents out of scope pass."""

    signal: Text
    min: Threshold | None = None
    max: Threshold | None = None
    groups: Groups = ["web"]
    unless: Exempt = []
    by_language: Annotated[dict[Language, Bounds], BeforeValidator(_norwegian_too)] = {}
    source: Text | None = None
    _stated_at: int | None = PrivateAttr(None)  # which line of the recipe it is, or a part of

    @model_validator(mode="after")
    def _of_its_languages(self) -> "Rule":
        for language in self.by_language:
            if language in self.except_languages or (self.languages is not None and language not in self.languages):
                raise ValueError(f"by_language has {language}, which the rule does not concern")
        return self

    @model_validator(mode="after")
    def _decides_something(self) -> "Rule":
        if self.min is None and self.max is None:
            if self.by_language:
                return self
            raise ValueError("has neither min nor max, so it decides nothing; give one of them")
        for limit in (self.min, self.max):
            if limit is not None and isinstance(limit, datetime.date) != (self.signal == "date"):
                wanted = "a day such as 2023-12-31" if self.signal == "date" else "a number"
                raise ValueError(f"{self.signal} is compared with {wanted}, not {limit}")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"min {self.min} is above max {self.max}, so nothing could pass")
        return self

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)  # where it stood is no part of it

    @property
    def lower(self) -> float | None:
        """The least value that passes; for a date its first second since 1970."""
        return _seconds(self.min) if isinstance(self.min, datetime.date) else _float(self.min)

    @property
    def upper(self) -> float | None:
        """The greatest value that passes; for a date its last second: `max: 2023-12-31` keeps that whole day."""
        return _seconds(self.max) + DAY - 1 if isinstance(self.max, datetime.date) else _float(self.max)

    def name_of(self, bound: Bound) -> str:
        """What was wrong, as the ledger says it: `gopher.words < 50`. Stable: reports and re-runs are joined by it."""
        return f"{self.signal} < {_spell(self.min)}" if bound < 0 else f"{self.signal} > {_spell(self.max)}"

    @property
    def name(self) -> str:
        """The rule in one phrase; with both bounds `gopher.words < 50 or > 100000`."""
        if self.min is None or self.max is None:
            return self.name_of(1 if self.min is None else -1)
        return f"{self.name_of(-1)} or > {_spell(self.max)}"


class HostRule(Spares):
    """Removes the hosts whose documents have most of `signal`: the top fraction of hosts with enough documents.

    Documents that it spares neither go nor count."""

    signal: Text
    min_documents: Count = 20
    drop_top_fraction: Share

    @field_validator("drop_top_fraction")
    @classmethod
    def _leaves_some(cls, fraction: float) -> float:
        return not_everything(fraction)


class CategoryRule(Scope):
    """Puts documents that meet every condition into `category`; the first rule that fits decides."""

    category: Word
    signal: Text | None = None
    min: Number | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> "CategoryRule":
        if (self.signal is None) != (self.min is None):
            raise ValueError("signal and min go together; give both or neither")
        if self.signal is None and self.groups is None and self.languages is None and not self.except_languages:
            raise ValueError("has no condition, so every document would fit; what no rule fits is `general` already")
        return self


def not_everything(fraction: float) -> float:
    """`fraction`, unless it removes all there is."""
    if fraction >= 1:
        raise ValueError("would remove everything; write a fraction below 1")
    return fraction


def _seconds(day: datetime.date) -> float:
    return float((day - datetime.date(1970, 1, 1)).days * DAY)


def _float(limit: float | None) -> float | None:
    return None if limit is None else float(limit)


def _spell(limit: object) -> str:
    return str(limit)

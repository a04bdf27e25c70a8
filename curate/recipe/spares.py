# ruff: noqa: RUF012  (pydantic copies the defaults)
"""Whom a section that is meant for prose leaves alone: other groups, and pages that are marked as code or maths.

From a quarter of a page's lines (or one sign in 30 words) on, as the rules of the shipped recipes spare it: the recipe
`default` says what was measured.
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from curate.recipe.names import did_you_mean
from curate.recipe.quantities import Number, Text, Word
from curate.recipe.section import Section


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict | Section) else value


def some(names: list[str] | None) -> list[str] | None:
    """`names`, unless they are none."""
    if names is not None and not names:
        raise ValueError("is empty, so it concerns no document; name some, or write all")
    return names


def all_of_them(value: object) -> object:
    """`all` as None."""
    if isinstance(value, str) and value != "all":
        near = did_you_mean(value, ["all"])
        raise ValueError(f"{value!r} must be a list ([a, b] or lines that begin with -) or the word all{near}")
    return None if value == "all" else value


class Unless(Section):
    """Exempts documents whose `signal` is at least `min`."""

    signal: Text
    min: Number

    @property
    def lower(self) -> float:
        """The least value that exempts."""
        return float(self.min)


Groups = Annotated[list[Word] | None, BeforeValidator(all_of_them)]  # None, written `all`: every one
Exempt = Annotated[list[Unless], BeforeValidator(_as_list)]
TECHNICAL = [Unless(signal="code.score", min=0.25), Unless(signal="math.score", min=0.25)]


class Spares(Section):
    """A section with `groups` and `unless`; both spare what is no prose unless the recipe says otherwise."""

    groups: Annotated[Groups, AfterValidator(some)] = ["web"]
    unless: Exempt = TECHNICAL

    def concerns(self, group: str) -> bool:
        """Whether documents of `group` are judged at all."""
        return self.groups is None or group in self.groups

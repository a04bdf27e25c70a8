"""How a fastText model is trained; what `curate classifier train --set name=value` may change.

Sixteen dimensions and 2^18 buckets are a file of 17 MB and 64 bytes a word. fastText's own defaults with bigrams (100
dimensions, 2 million buckets) are 830 MB and hardly better (docs/lab-notes.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from curate.recipe.errors import spell
from curate.recipe.reasons import reasons
from curate.recipe.section import Section

FIRST_EPOCHS = 5


class Settings(Section):
    dimensions: Annotated[int, Field(ge=1, le=1000)] = 16
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 0.5
    epochs: Annotated[int, Field(ge=1, le=1000)] = 40  # at most; 5, 10, 20 ... are tried until two are no better
    word_ngrams: Annotated[int, Field(ge=1, le=5)] = 2  # up to so many words
    buckets: Annotated[int, Field(ge=0, le=100_000_000)] = 1 << 18  # that n-grams share
    min_count: Annotated[int, Field(ge=1)] = 2  # a rarer word has no row of its own
    shortest: Annotated[int, Field(ge=0, le=20)] = 0  # n-grams of characters; 0: none
    longest: Annotated[int, Field(ge=0, le=20)] = 0
    punctuation_apart: bool = True  # each ASCII sign is a word: `f(x)=2` is six of them and no rare one
    balance: bool = True  # documents of rarer classes are repeated, ten times at most

    @model_validator(mode="after")
    def _fits(self) -> Settings:
        if (self.shortest == 0) != (self.longest == 0) or self.shortest > self.longest:
            raise ValueError(
                f"shortest: n-grams of {self.shortest} to {self.longest} characters are none; 0 and 0, or 2 and 4"
            )
        if not self.buckets and (self.word_ngrams > 1 or self.longest):
            raise ValueError("buckets: n-grams need some; 0 only with word_ngrams=1 and longest=0")
        return self

    @property
    def tried(self) -> list[int]:
        """Numbers of epochs, each twice the one before, the most among them."""
        found = []
        epochs = FIRST_EPOCHS
        while epochs < self.epochs:
            found.append(epochs)
            epochs *= 2
        return [*found, self.epochs]


def of(given: Mapping[str, Any] | None) -> Settings:
    """Settings of what was given and the defaults; ValueError names the one that is wrong."""
    try:
        return Settings(**(given or {}))
    except ValidationError as error:
        place, why = reasons(error, Settings)[0]
        raise ValueError(f"setting {spell(place)}: {why}" if place else f"setting {why}") from None

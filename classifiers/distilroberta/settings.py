"""How a transformer is trained and how it reads; what `curate classifier train --set name=value` may change.

Defaults differ by what it starts from. A checkpoint knows the language and is only tuned, with the rate and the few
epochs of RoBERTa's own paper (Liu et al. 2019, table 10). Random weights must learn all from the labels: larger steps,
more epochs, shorter windows, and sizes at which a few thousand documents take minutes of a CPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from curate.recipe.errors import spell
from curate.recipe.reasons import reasons
from curate.recipe.section import Section

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]
SCRATCH = {"max_tokens": 128, "overlap": 16, "epochs": 8, "patience": 3, "batch": 16, "learning_rate": 1e-3}
SIZES = ("vocabulary", "layers", "hidden", "heads")


class Settings(Section):
    max_tokens: Annotated[int, Field(ge=16, le=8192)] = 512  # of a window, <s> and </s> counted
    overlap: Annotated[int, Field(ge=0)] = 64  # tokens that neighbouring windows share at least, where all are read
    windows: Annotated[int, Field(ge=1, le=64)] = 8  # of a document at most, spread over it
    epochs: Count = 4
    patience: Count = 2  # epochs without a better one before training ends
    batch: Count = 32  # documents a step
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 3e-5
    warmup: Share = 0.06  # of all steps
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    clip: Annotated[float, Field(gt=0)] = 1.0  # norm of the gradient at most
    dropout: Share = 0.1
    balance: bool = True  # rare classes weigh as much as frequent ones
    precision: Literal["auto", "bf16", "fp32"] = "auto"  # see classifiers.distilroberta.device
    vocabulary: Annotated[int, Field(ge=300, le=100_000)] = 8192  # this and the rest: of a model from scratch alone
    layers: Count = 2
    hidden: Count = 128
    heads: Count = 4

    @model_validator(mode="after")
    def _fits(self) -> Settings:
        if 2 * self.overlap >= self.max_tokens - 2:
            raise ValueError(f"overlap: {self.overlap} is half of a window of {self.max_tokens} tokens or more")
        if self.hidden % self.heads:
            raise ValueError(f"hidden: {self.hidden} cannot be divided among {self.heads} heads")
        return self


def of(given: Mapping[str, Any] | None, scratch: bool) -> Settings:
    """Settings of what was given and the defaults; ValueError names the one that is wrong."""
    given = dict(given or {})
    meant = [name for name in SIZES if name in given]
    if meant and not scratch:
        raise ValueError(f"setting {meant[0]}: the base model has its own; it is for a model from scratch alone")
    try:
        return Settings(**{**(SCRATCH if scratch else {}), **given})
    except ValidationError as error:
        place, why = reasons(error, Settings)[0]
        raise ValueError(f"setting {spell(place)}: {why}" if place else f"setting {why}") from None


def on_card(settings: Settings, scratch: bool) -> dict[str, Any]:
    """What a card says of them: sizes only of a model that they made."""
    return settings.model_dump(exclude=None if scratch else set(SIZES))

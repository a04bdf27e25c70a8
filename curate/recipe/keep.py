"""The order in which near duplicates are kept: words such as `newest`, and signals that the run measures.

`gopher.words` alone means that the highest stays; `{signal: pii.density, prefer: lowest}` says it in full.
"""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Discriminator, Tag, field_validator

from curate.recipe.names import did_you_mean
from curate.recipe.quantities import Text
from curate.recipe.section import Section

KeepWord = Literal["trust", "newest", "oldest", "longest"]
COLUMNS = {"date": "newest or oldest", "chars": "longest"}  # of documents, which words of the policy stand for


class KeepSignal(Section):
    """Prefers documents with more, or less, of `signal`; those without a value come last."""

    signal: Text
    prefer: Literal["highest", "lowest"] = "highest"

    @field_validator("signal")
    @classmethod
    def _no_column(cls, signal: str) -> str:
        if signal in COLUMNS:
            raise ValueError(f"{signal!r} is no signal; write {COLUMNS[signal]}")
        return signal


def _in_full(value: object) -> object:
    if isinstance(value, str) and ("." in value or value in COLUMNS):
        return {"signal": value}
    words = get_args(KeepWord)
    if not isinstance(value, dict | KeepSignal) and value not in words:
        near = did_you_mean(value, words)
        raise ValueError(f"{value!r} is none of {', '.join(words)}, nor a signal such as gopher.words{near}")
    return value


def _branch(value: object) -> str:
    # With a space, so that reasons do not take a branch for a key of the file.
    return "a signal" if isinstance(value, dict | KeepSignal) else "a word"


Keep = Annotated[
    Annotated[KeepWord, Tag("a word")] | Annotated[KeepSignal, Tag("a signal")],
    Discriminator(_branch),
    BeforeValidator(_in_full),
]


def check_order(keep: list[KeepWord | KeepSignal]) -> None:
    """Raises where a policy repeats or contradicts itself."""
    names = [one.signal if isinstance(one, KeepSignal) else one for one in keep]
    if len(set(names)) < len(names) or {"newest", "oldest"} <= set(names):
        raise ValueError("says the same twice or contradicts itself; name each once, and newest or oldest")

"""The nearest right name for a wrong one, so that an error can say what was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """The most similar of `right`, or None where nothing is close. Ties go to the first in alphabetical order."""
    names = sorted(right)
    for near in get_close_matches(wrong.lower(), names, n=1, cutoff=0.6):
        return near
    # `words` for `gopher.words`: the prefix was forgotten
    return next((name for name in names if name.split(".")[-1] == wrong.split(".")[-1].lower()), None)


def did_you_mean(wrong: object, right: Iterable[str]) -> str:
    """`; did you mean 'gopher.words'?`, or nothing."""
    near = nearest(str(wrong), right)
    return f"; did you mean {near!r}?" if near else ""

"""The recipe of `curate run FILES...`: a base recipe, and one source for each path given.

Kinds are recognised, and groups follow from the kinds (`books` or `code` for text, `web` for the rest). Sorted, so that
the order of the arguments changes nothing.
"""

import os
from collections.abc import Sequence

from curate.recipe.errors import RecipeError
from curate.recipe.labels import fill_labels
from curate.recipe.model import Recipe
from curate.recipe.paths import absolute, missing
from curate.recipe.reading import load, shipped
from curate.recipe.sections import Source
from curate.storage import utf8


def of_inputs(paths: Sequence[str | os.PathLike[str]], base: str = "default") -> Recipe:
    """`base` (a shipped name or a file) with its sources replaced by `paths`."""
    if not paths:
        raise RecipeError("there is no input; name at least one file or folder")
    given = [os.fspath(path) for path in paths]
    whole = [absolute(path, os.getcwd()) for path in given]
    problems = [
        f"{path}: no such file or folder{_hint(path)}" for path, at in zip(given, whole, strict=True) if missing(at)
    ]
    for i, path in enumerate(whole):
        if path in whole[:i]:
            problems.append(f"{given[i]}: is named twice; name it once")
    if problems:
        raise RecipeError(problems)
    sources = [Source(paths=[utf8(path)]) for path in sorted(whole)]
    return fill_labels(load(base).model_copy(update={"sources": sources}))


def _hint(path: str) -> str:
    if path not in [name for name, _ in shipped()]:
        return ""
    return f"; {path} is a recipe: write a file mine.yaml with `base: {path}` and your `sources:`, and run that"

"""A label for each source that has none: the shortest distinct end of its path.

A document's `path`, and so its `uid`, begins with the label and not with the folders above it: the same files have
the same names on another machine. So labels must be unique, and must not depend on the order of the sources.
"""

import glob
import os

from curate.recipe.errors import RecipeError
from curate.recipe.model import Recipe


def fill_labels(recipe: Recipe) -> Recipe:
    """`recipe` with a label on every source."""
    todo = [i for i, source in enumerate(recipe.sources) if source.label is None and source.paths]
    if not todo:
        return recipe
    ends = shortest_ends([_root(recipe.sources[i].paths) for i in todo])
    given = {source.label for source in recipe.sources if source.label is not None}
    sources = list(recipe.sources)
    for i, end in zip(todo, ends, strict=True):
        if end in given:
            raise RecipeError(f"sources[{i}].label: {end!r}, from its path, is another source's label; give it one")
        sources[i] = sources[i].model_copy(update={"label": end})
    return recipe.model_copy(update={"sources": sources})


def shortest_ends(paths: list[str]) -> list[str]:
    """For each path its fewest last parts that no other path ends in: `x.jsonl`, or `a/x.jsonl` beside `b/x.jsonl`."""
    parts = [[part for part in path.replace(os.sep, "/").split("/") if part] or [path] for path in paths]
    ends = []
    for i, own in enumerate(parts):
        depth = 1
        while depth < len(own) and any(own[-depth:] == other[-depth:] for j, other in enumerate(parts) if j != i):
            depth += 1
        ends.append("/".join(own[-depth:]))
    return ends


def _root(paths: list[str]) -> str:
    """What the paths of a source have in common, without patterns."""
    plain = [_before_pattern(path) if glob.has_magic(path) else path for path in paths]
    if len(plain) == 1:
        return plain[0]
    try:
        return os.path.commonpath(plain) or plain[0]
    except ValueError:  # an address beside a local path
        return plain[0]


def _before_pattern(path: str) -> str:
    parts = path.split("/")
    first = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    return "/".join(parts[:first])

"""From a YAML file, or the name of a shipped recipe, to a `Recipe`, checked whole before a byte of input is read.

A file says how it differs from its base: sections that it does not name are those of `base:` (`default` unless it says
otherwise), sections that it names replace the base's whole. `base: null` starts from nothing. A resolved recipe
(`to_yaml`) names every section and `base: null`, so it means the same under any later default.
"""

import os
from dataclasses import dataclass
from importlib import resources
from itertools import takewhile

from pydantic import ValidationError

from curate.recipe import yaml_lines
from curate.recipe.checks import problems_of
from curate.recipe.errors import Place, RecipeError, spell
from curate.recipe.labels import fill_labels
from curate.recipe.model import Recipe
from curate.recipe.names import did_you_mean
from curate.recipe.paths import anchor
from curate.recipe.reasons import reasons


def load(path_or_name: str | os.PathLike[str]) -> Recipe:
    """The recipe in a YAML file or of a shipped name (`default`, `llama3`; a file of that name is `./default`)."""
    written = _read(os.fspath(path_or_name))
    tree, owners = _with_base(written, [written.file])
    tree.setdefault("name", os.path.splitext(os.path.basename(written.file))[0])
    try:
        recipe = Recipe.model_validate(tree)
    except ValidationError as error:
        raise RecipeError(_located(reasons(error), owners, written)) from None
    if found := problems_of(recipe):
        raise RecipeError(_located(found, owners, written))
    return fill_labels(recipe)


def resolved(text: str, file: str) -> Recipe:
    """The recipe that a run left beside its products: names everything, and is not checked again, for its inputs may
    be gone by now. RecipeError where this version does not know what it says.
    """
    tree, _ = yaml_lines.parse(text, file)
    tree.pop("base", None)
    try:
        return Recipe.model_validate(tree)
    except ValidationError as error:
        raise RecipeError([f"{file}: {spell(place)}: {reason}" for place, reason in reasons(error)]) from None


def shipped() -> list[tuple[str, str]]:
    """Names of the shipped recipes, each with the first line of its file, which says what it is."""
    folder = resources.files("curate.recipe") / "recipes"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return [(name[:-5], (folder / name).read_text("utf-8").split("\n")[0].lstrip("# ")) for name in files]


def head(name: str) -> str:
    """The comment that a shipped recipe begins with, such as what it does otherwise than its paper; else nothing."""
    if name not in [known for known, _ in shipped()]:
        return ""
    lines = _shipped_text(name).splitlines(keepends=True)
    return "".join(takewhile(lambda line: line.startswith("#"), lines))


@dataclass(frozen=True)
class _Written:
    """A file as its author wrote it: what errors point into."""

    file: str
    tree: dict
    lines: dict[Place, int]


def _read(path_or_name: str) -> _Written:
    names = [name for name, _ in shipped()]
    if path_or_name in names:
        return _Written(f"{path_or_name}.yaml", *yaml_lines.parse(_shipped_text(path_or_name), f"{path_or_name}.yaml"))
    try:
        with open(path_or_name, encoding="utf-8-sig") as opened:
            text = opened.read()
    except (FileNotFoundError, NotADirectoryError):
        near = did_you_mean(path_or_name, names) or f"; shipped recipes are {', '.join(names)}"
        raise RecipeError(f"{path_or_name}: there is no such file or shipped recipe{near}") from None
    except UnicodeDecodeError:
        raise RecipeError(f"{path_or_name}: is not UTF-8 text; is it a recipe?") from None
    except OSError as error:
        raise RecipeError(f"{path_or_name}: cannot be read ({error.strerror})") from None
    tree, lines = yaml_lines.parse(text, path_or_name)
    return _Written(path_or_name, anchor(tree, os.path.dirname(os.path.abspath(path_or_name))), lines)


def _shipped_text(name: str) -> str:
    return (resources.files("curate.recipe") / "recipes" / f"{name}.yaml").read_text("utf-8")


def _with_base(written: _Written, chain: list[str]) -> tuple[dict, dict[str, _Written]]:
    """The sections of a file over those of its base, and which file each came from."""
    tree = dict(written.tree)
    base = tree.pop("base", "default")
    owners = {section: written for section in tree}
    if base is None:
        return tree, owners
    line = written.lines.get(("base",), 1)
    if not isinstance(base, str):
        raise RecipeError(f"{written.file}:{line}: base: {base!r} is no recipe; name one, or write null")
    if base in chain:
        raise RecipeError(f"{written.file}:{line}: base: {base} is built on this recipe itself; break the circle")
    try:
        below = _read(base)
    except RecipeError as error:
        raise RecipeError([f"{written.file}:{line}: base: {problem}" for problem in error.problems]) from None
    under, under_owners = _with_base(below, [*chain, base])
    under.pop("name", None)
    return {**under, **tree}, {**under_owners, **owners}


def _located(found: list[tuple[Place, str]], owners: dict[str, _Written], written: _Written) -> list[str]:
    """Each problem with its file and line, in the order of the file; what an alias repeats is told once."""
    told: dict[tuple[bool, int, str], str] = {}
    for place, reason in found:
        owner = owners.get(str(place[0]), written) if place else written
        line = next(owner.lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in owner.lines)
        text = f"{owner.file}:{line}: {spell(place) or 'recipe'}: {reason}"
        told.setdefault((owner is not written, line, reason), text)
    return [text for _, text in sorted(told.items(), key=lambda item: item[0][:2])]

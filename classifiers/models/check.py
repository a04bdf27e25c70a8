"""Whether models are what they are said to be: every file against its SHA-256, of the card or of pinned.json.

What a recipe names but is not there the recipe's own checks tell, with the command that builds it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classifiers.models.get import PINNED
from classifiers.models.known import Known, known
from curate import model_card
from curate.card_checks import refuse_files
from curate.model_card import CARD


@dataclass(frozen=True)
class Finding:
    """Of one model: where it lies, what it is in a phrase, and what is wrong with it, or nothing."""

    place: str
    what: str
    wrong: str = ""


def found(folders: list[str]) -> list[str]:
    """Folders of models at or below `folders`, in order: those with a card or a pinned.json, but for models' parts."""
    paths = {path.parent for root in folders for name in (CARD, PINNED) for path in Path(root).rglob(name)}
    whole = [path for path in sorted(paths) if not any(above in paths for above in path.parents)]
    return [path.as_posix() for path in whole]


def check(folder: str) -> Finding:
    """A model's folder: built here, or got."""
    if (Path(folder) / PINNED).exists():
        return _pinned(Path(folder))
    try:
        card = model_card.read(folder)
    except (ValueError, OSError) as why:
        return Finding(folder, "", str(why))
    return Finding(folder, f"{card.task}, {card.kind}, {card.licence}")


def installed() -> Iterator[Finding]:
    """Models that packages bring."""
    for model in known():
        if model.package is not None:
            yield _in_package(model)


def of_recipe(path: str) -> list[Finding]:
    """The models that a recipe names; RecipeError where one is missing or of another task, with how to come by it."""
    from curate.recipe import load

    return [check(one.model) for one in load(path).classifiers]


def _pinned(folder: Path) -> Finding:
    try:
        said = json.loads((folder / PINNED).read_text("utf-8"))
        refuse_files(said["files"])
        if not all(isinstance(said[name], str) for name in ("name", "revision", "licence")):
            raise ValueError("name, revision and licence must be text")
        files, what = dict(said["files"]), f"{said['name']} at {said['revision'][:12]}, {said['licence']}"
    except (ValueError, TypeError, KeyError, RecursionError, OSError) as why:
        return Finding(folder.as_posix(), "", f"{folder / PINNED}: cannot be read: {str(why)[:200]}")
    pins = {model.name: model.files for model in known() if model.revision == said["revision"]}.get(said["name"], {})
    return Finding(
        folder.as_posix(), what, _wrong(folder, {**files, **pins}, f"get {said['name']}@{said['revision']} again")
    )


def _in_package(model: Known) -> Finding:
    folder = model.folder
    if folder is None:
        return Finding(
            model.name, "", f"{model.name}: the package that brings it is not installed; pip install curate-corpus"
        )
    return Finding(model.name, f"{model.licence}, {folder}", _wrong(folder, model.files, "reinstall the package"))


def _wrong(folder: Path, files: dict[str, str], remedy: str) -> str:
    for name, expected in sorted(files.items()):
        path = folder / name
        if not path.exists():
            return f"{path}: is missing; {remedy}"
        if (is_now := model_card.sha256(str(path))) != expected:
            return f"{path}: SHA-256 is {is_now[:12]} and not {expected[:12]}; {remedy}"
    return ""

"""Labels in three: what a model learns from, what chooses its settings and calibrates it, and what only judges it.

Classes that a side lacks are refused here, before hours of training, with what to do about it. A task of many classes
may lack rare ones among the few documents that judge; none may be missing where it is to be learnt.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from classifiers import splits
from classifiers.labels import Labels
from curate.counted import counted

NAMES = ("training", "validation", "testing")


class Sides(NamedTuple):
    train: Labels
    validation: Labels
    test: Labels


def sides(labels: Labels, seed: int) -> Sides:
    """By key (classifiers.splits); ValueError where a class is missing."""
    task, keys = labels.task, len(set(labels.keys))
    absent = [name for k, name in enumerate(task.names) if not (labels.classes == k).any()]
    if absent:
        raise ValueError(f"task {task.name}: no document was judged {absent[0]!r}; label some that are, or more")
    if keys < 3:
        raise ValueError(
            f"task {task.name}: all documents are of {counted(keys, 'key')}, and a key stays on one side of the split; "
            "label documents of more hosts, threads or files"
        )
    sides = splits.split(labels.keys, seed)
    found = Sides(*(labels.take(np.flatnonzero(sides == side)) for side in range(3)))
    for name, side in zip(NAMES, found, strict=True):
        _refuse_without(name, side, keys, some=task.is_multi and name != NAMES[0])
    return found


def described(labels: Labels) -> dict[str, Any]:
    """What a card says of its data."""
    names, counts = labels.task.names, np.bincount(labels.classes, minlength=len(labels.task.names)).tolist()
    languages = sorted(labels.table["language"].to_pylist())
    return {
        "digest": labels.digest,
        "rows": len(labels),
        "keys": len(set(labels.keys)),
        "classes": dict(zip(names, counts, strict=True)),
        "languages": {language: languages.count(language) for language in dict.fromkeys(languages)},
        "judges": sorted(set(labels.table["judge"].to_pylist())),
    }


def _refuse_without(name: str, side: Labels, keys: int, some: bool) -> None:
    """A side may have `some` classes only, or must have all."""
    task = side.task
    present = set(side.classes.tolist())
    absent = [one for k, one in enumerate(task.names) if k not in present]
    if not present or (absent and not some):
        raise ValueError(
            f"task {task.name}: of {counted(keys, 'key')}, none with {absent[0]!r} fell to {name}; label documents of "
            "more hosts, threads or files, or take another --seed"
        )

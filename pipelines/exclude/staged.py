"""Changes to a corpus that happen as one: all files are made aside, then moved to their places.

Made in `exclude.pending/new/`, under the names that they will have; `plan.json` beside, written last, says that all are
there. Killed before that, a corpus is as it was, and what was made is thrown away. Killed later, the next `curate
exclude` moves the rest: a move that was done finds nothing to move.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field

from pipelines.output import put_text

PENDING = "exclude.pending"
SCRATCH = ".scratch-", ".part"  # how such names begin or end


@dataclass
class Staged:
    """The files that will change, relative to the corpus."""

    root: str
    moved: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def path(self, name: str) -> str:
        """Where the new file `name` is made."""
        path = os.path.join(self.root, PENDING, "new", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.moved.append(name)
        return path

    def text(self, content: str, name: str) -> None:
        put_text(content, self.path(name))

    def same(self, name: str, other: str) -> None:
        """`other` is one file with the new `name`."""
        os.link(os.path.join(self.root, PENDING, "new", name), self.path(other))

    def goes(self, name: str) -> None:
        self.removed.append(name)
        if name in self.moved:
            self.moved.remove(name)

    def ready(self) -> None:
        """From here on the changes will be made, whatever happens."""
        plan = {"moved": sorted(self.moved), "removed": sorted(self.removed)}
        put_text(json.dumps(plan), os.path.join(self.root, PENDING, "plan.json"))


def is_ready(root: str) -> bool:
    return os.path.exists(os.path.join(root, PENDING, "plan.json"))


def move(root: str) -> None:
    """Make the changes of a plan, or those that are still to be made."""
    with open(os.path.join(root, PENDING, "plan.json"), encoding="utf-8") as file:
        plan = json.load(file)
    for name in plan["removed"]:
        path = os.path.join(root, name)
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif os.path.exists(path):
            os.remove(path)
    for name in plan["moved"]:
        made = os.path.join(root, PENDING, "new", name)
        if os.path.exists(made):
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            os.replace(made, os.path.join(root, name))


def forget(root: str) -> None:
    """Nothing aside any more. The plan goes first: without it the rest is nothing that anyone finishes."""
    plan = os.path.join(root, PENDING, "plan.json")
    if os.path.exists(plan):
        os.remove(plan)
    shutil.rmtree(os.path.join(root, PENDING), ignore_errors=True)
    sweep(root)


def sweep(root: str) -> None:
    """What a write that was killed left among the products."""
    for folder in (root, os.path.join(root, "report")):
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.startswith(SCRATCH[0]) or name.endswith(SCRATCH[1]):
                os.remove(os.path.join(folder, name))

"""What was taken out of a corpus stays out: a run that would bring it back is refused before its first step."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence

from curate.errors import UserError
from curate.recipe import Recipe
from curate.storage import exists, join, read_bytes

LISTS = "excluded.json"  # digests and names of the lists that `curate exclude` was given for this corpus


def known(root: str) -> dict[str, str]:
    """digest -> name of the lists that `curate exclude` was given for a corpus."""
    path = join(root, LISTS)
    return dict(json.loads(read_bytes(path))) if exists(path) else {}


def digest(path: str) -> str:
    """What a list says, whatever it is called."""
    return hashlib.sha256(read_bytes(path)).hexdigest()


def check_excluded(recipe: Recipe, root: str, runs: Sequence[str]) -> None:
    """UserError where phases will run and the recipe does not name all lists that `curate exclude` was given."""
    if not runs:
        return
    stated = {digest(path): os.path.basename(path) for path in recipe.exclude}
    lacking = sorted(name for hashed, name in known(root).items() if hashed not in stated)
    if lacking:
        names = [name + " (as it was then)" * (name in stated.values()) for name in lacking]
        raise UserError(
            f"{root}: documents are kept out of it by {', '.join(names)}, which this recipe does not name, and this "
            f"run could bring them back; add to exclude: {', '.join(lacking)}, or choose another -o"
        )

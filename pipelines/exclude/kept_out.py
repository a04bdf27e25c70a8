"""What was taken out of a corpus stays out: a run that would bring it back is refused before its first step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from curate.errors import UserError
from curate.recipe import Recipe
from curate.storage import exists, join, read_bytes

LISTS = "excluded.json"  # digests of the lists that `curate exclude` was given for this corpus


def known(root: str) -> list[str]:
    """Digests of the lists that `curate exclude` was given for a corpus."""
    path = join(root, LISTS)
    return list(json.loads(read_bytes(path))) if exists(path) else []


def digest(path: str) -> str:
    """What a list says, whatever it is called."""
    return hashlib.sha256(read_bytes(path)).hexdigest()


def check_excluded(recipe: Recipe, root: str, runs: Sequence[str]) -> None:
    """UserError where phases will run and the recipe does not name all lists that `curate exclude` was given."""
    lacking = {*known(root)} - {digest(path) for path in recipe.exclude} if runs else set()
    if lacking:
        raise UserError(
            f"{root}: documents are kept out of it by {len(lacking)} list{'s' * (len(lacking) > 1)} that this recipe "
            "does not name, and this run could bring them back; name the lists (exclude: [takedown.csv]), "
            "or choose another -o"
        )

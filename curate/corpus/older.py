"""The older corpora that a run was `against`: an id of corpus i lies in the i-th of them, and is read there.

They are found by the paths in the run's recipe. An older corpus that was made anew since then may have other documents
under the same ids, so it is believed only while its products have the digest that the run put on record.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from curate.errors import UserError
from curate.storage import exists, join, read_bytes
from schemas import corpora_of
from schemas.identity import IN_ITS_CORPUS

if TYPE_CHECKING:
    from curate.corpus.corpus import Corpus

def path_of(corpus: Corpus, id: int) -> str | None:
    """Where the older corpus of an id lies; None for the run's own ids."""
    number = int(corpora_of(np.array([id]))[0])
    against = corpus.recipe.get("against") or []
    return str(against[number - 1]) if 0 < number <= len(against) else None


def home(corpus: Corpus, id: int) -> tuple[Corpus, int] | None:
    """The corpus in which an id lies, and the id there; None where it is gone or was made anew."""
    number = int(corpora_of(np.array([id]))[0])
    if not number:
        return corpus, id
    path = path_of(corpus, id)
    if path is None or _recorded(corpus, number) not in (None, _digest(path)):
        return None
    try:
        return type(corpus)(path), id & IN_ITS_CORPUS
    except UserError:
        return None


def _recorded(corpus: Corpus, number: int) -> str | None:
    """The digest that the corpus had when the run read it; None where `curate clean` dropped work/."""
    try:
        file = join(corpus.phase_folder("urls"), "against-00000.json")
    except UserError:
        return None
    return str(json.loads(read_bytes(file))[number - 1]) if exists(file) else None


def _digest(path: str) -> str:
    file = join(path, "manifest.json")
    return str(json.loads(read_bytes(file))["root"]) if exists(file) else ""

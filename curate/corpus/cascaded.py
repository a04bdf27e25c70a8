"""Which of a cascade's two models scored a document: the slow one's scores lie in work/, of what it read alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from curate.corpus import older, parquet
from curate.errors import UserError
from curate.recipe.classifiers import PREFIX
from curate.storage import exists, join, read_bytes
from schemas import rows_of, shards_of

if TYPE_CHECKING:
    from curate.corpus.corpus import Corpus

TOLD = "classifiers-00000.json"  # of phase `score`: where the scores of each model lie


def scored_by(corpus: Corpus, id: int) -> dict[str, str]:
    """{column of a cascade: fast or slow}; nothing where work/ does not say it any more."""
    place = older.home(corpus, id)
    if place is None:
        return {}
    corpus, id = place
    try:
        told = join(corpus.phase_folder("score"), TOLD)
    except UserError:
        return {}
    found, (shard,), (row,) = {}, shards_of(np.array([id])), rows_of(np.array([id]))
    for task, of in json.loads(read_bytes(told)).items() if exists(told) else ():
        file = corpus.file("work", of["folder"], of["slow"], f"{shard:05d}.parquet") if "folder" in of else None
        if file and exists(file):
            read = parquet.read(file, ["row"], pc.field("row") == int(row)).num_rows
            found[f"{PREFIX}{task}"] = "slow" if read else "fast"
    return found

"""What stays together in the mix: the files of one repository, where the recipe says so (`mix: keep_together`).

Sampling and order go by hashes of a key. A document's key is its uid; a file of an archive or a repository whose group
the recipe names has the key of that archive. So a repository is taken, repeated and placed as one, and its files, which
have one key, follow each other in the order of their rows, which the source has put them in (Guo et al. 2024,
DeepSeek-Coder, 2.2, and Lozhkov et al. 2024, StarCoder 2, 5, join repositories for long contexts).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.recipe import Recipe
from schemas import uid

COLUMNS = ("uid", "group", "path", "member")
WHOLE = -1  # the offset that stands for the whole file: no record has it


def keys(recipe: Recipe, documents: pa.Table) -> np.ndarray:
    """uint64[n]: equal for documents that stay together, the uid of all others. `documents` has COLUMNS."""
    own = documents["uid"].to_numpy()
    if not recipe.mix.keep_together:
        return own
    named = pc.is_in(documents["group"], pa.array(recipe.mix.keep_together, pa.string()))
    inside = np.asarray(pc.and_(named, pc.is_valid(documents["member"])))
    paths = pc.dictionary_encode(documents["path"].combine_chunks())
    whole = np.array([uid(path, WHOLE) for path in paths.dictionary.to_pylist()], np.uint64)
    return np.where(inside, whole[paths.indices.to_numpy()], own) if len(own) else own

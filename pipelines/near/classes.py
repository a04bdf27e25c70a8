"""Who competes with whom: groups that the recipe names together; any other group competes within itself.

With `compete_within: language` only documents of one language compete: boilerplate around translations, and text too
short to tell (`und`), then meet no other language. A copy that was told another language is not found.
"""

from __future__ import annotations

import numpy as np
import xxhash

from pipelines import older, tables
from pipelines.context import Context
from schemas import rows_of


def competition(context: Context, place: int, ids: np.ndarray) -> np.ndarray:
    """uint64[n]: a number for the class of each of `ids` (ascending, of that place), mixed into hashes so that classes
    never meet; the same in all corpora."""
    run, shard = older.at(context, place)
    group = tables.groups(run)[shard]
    for members in context.recipe.near_duplicates.compete:
        if group in members:
            group = "|".join(sorted(members))
    if context.recipe.near_duplicates.compete_within is None:
        return np.full(len(ids), _number(group), np.uint64)
    table = tables.in_row_order(tables.survivors(run, shard, ["language"]), rows_of(ids))
    languages = table["language"].combine_chunks().dictionary_encode()
    numbers = [_number(f"{group}\0{language}") for language in languages.dictionary.to_pylist()]
    return np.array(numbers, np.uint64)[languages.indices.to_numpy()]


def _number(name: str) -> int:
    return xxhash.xxh3_64_intdigest(name.encode())

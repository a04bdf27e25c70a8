"""Who competes with whom: groups that the recipe names together; any other group competes within itself."""

from __future__ import annotations

import numpy as np
import xxhash

from pipelines import older, tables
from pipelines.context import Context


def competition(context: Context, place: int) -> np.uint64:
    """A number for the class of a place, mixed into hashes so that classes never meet; one in all corpora."""
    run, shard = older.at(context, place)
    group = tables.groups(run)[shard]
    for members in context.recipe.near_duplicates.compete:
        if group in members:
            group = "|".join(sorted(members))
    return np.uint64(xxhash.xxh3_64_intdigest(group.encode()))

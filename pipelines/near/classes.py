"""Who competes with whom: groups that the recipe names together; any other group competes within itself."""

from __future__ import annotations

import numpy as np
import xxhash

from pipelines import tables
from pipelines.context import Context


def competition(context: Context, shard: int) -> np.uint64:
    """A number for the shard's class, mixed into hashes so that classes never meet."""
    group = tables.groups(context)[shard]
    for members in context.recipe.near_duplicates.compete:
        if group in members:
            group = "|".join(sorted(members))
    return np.uint64(xxhash.xxh3_64_intdigest(group.encode()))

"""The kept set on the driver: edges in, losses out. What it holds is bounded by the verified pairs, not the corpus."""

from __future__ import annotations

import numpy as np

from curate.storage import open_read
from pipelines import shuffle
from pipelines.context import Context
from pipelines.near import layout
from schemas import make_ids


def resolve(context: Context, edges: np.ndarray) -> np.ndarray:
    """Losses (layout.LOSS, sorted by id) among the vertices of the graph."""
    from curate.dedup.keepers import keep

    removed, keepers, similarity = keep(edges["a"], edges["b"], edges["similarity"], edges["keys_a"], edges["keys_b"])
    losses = np.empty(len(removed), layout.LOSS)
    losses["id"], losses["keeper"], losses["similarity"] = removed, keepers, similarity
    return np.sort(losses, order="id")


def losses_of(context: Context, shard: int) -> np.ndarray:
    """All losses of a shard: its vertices that lost, and the copies of vertices, wherever those are."""
    with open_read(context.path("losses", 0, ending="bin")) as file:
        lost = np.frombuffer(file.read(), layout.LOSS)
    low, high = (make_ids(shard, np.array([row]))[0] for row in (0, (1 << 32) - 1))
    mine = lost[(lost["id"] >= low) & (lost["id"] <= high)]
    copies = shuffle.read(context, "copies", shard, layout.COPY)
    fallen = np.minimum(np.searchsorted(lost["id"], copies["keeper"]), max(0, len(lost) - 1))
    fell = lost["id"][fallen] == copies["keeper"] if len(lost) else np.zeros(len(copies), bool)
    more = np.empty(len(copies), layout.LOSS)
    more["id"], more["keeper"], more["similarity"] = copies["id"], copies["keeper"], 1
    if len(lost):
        more["keeper"] = np.where(fell, lost["keeper"][fallen], copies["keeper"])
        more["similarity"] = np.where(fell, lost["similarity"][fallen], np.float32(1))
    return np.sort(np.concatenate([mine, more]), order="id")

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

    return _losses(*keep(edges["a"], edges["b"], edges["similarity"], edges["keys_a"], edges["keys_b"]))


def losses_of(context: Context, shard: int) -> np.ndarray:
    """All losses of a shard: its vertices that lost, and the copies of vertices, wherever those are."""
    from curate.dedup.copies import fates

    with open_read(context.path("losses", 0, ending="bin")) as file:
        lost = np.frombuffer(file.read(), layout.LOSS)
    low, high = (make_ids(shard, np.array([row]))[0] for row in (0, (1 << 32) - 1))
    own = lost["id"][(lost["id"] >= low) & (lost["id"] <= high)]
    copies = shuffle.read(context, "copies", shard, layout.COPY)
    ids, best = np.concatenate([own, copies["id"]]), np.concatenate([own, copies["keeper"]])
    alike = np.concatenate([np.ones(len(own)), copies["similarity"]])
    return _losses(*fates(ids, best, lost["id"], lost["keeper"], lost["similarity"], alike))


def _losses(ids: np.ndarray, keepers: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    losses = np.empty(len(ids), layout.LOSS)
    losses["id"], losses["keeper"], losses["similarity"] = ids, keepers, similarity
    return losses

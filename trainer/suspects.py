"""The documents of a batch by their loss, named so that a person can look at them: what a spike leaves behind.

Each rank finds the worst of its own rows; the first rank merges them and asks the corpus for their names.
"""

from __future__ import annotations

import math
from typing import Any

import torch.distributed as dist
from torch import Tensor

from trainer.checkpoint.ranks import Ranks
from trainer.data.batch import Batch
from trainer.data.documents import uids_of

MOST = 10


def worst(
    batch: Batch, nll: Tensor, streams: list[str], corpora: dict[str, str], contributes: bool
) -> list[dict[str, Any]]:
    """The documents of highest mean loss of the whole batch, the worst first: id, uid, stream, loss, tokens.

    Called by every rank; the others than the first get none. One whose loss is no number comes before all others, with the loss None.
    """
    mine = of_rank(batch, nll, streams) if contributes else []
    together = Ranks(dist.group.WORLD if dist.is_initialized() else None, alone=True)
    found = together.gather(mine)
    if not together.first:
        return []
    chosen = sorted((one for part in found for one in part), key=_order)[:MOST]
    return [{"uid": _uid(one, corpora), **one} for one in chosen]


def _uid(one: dict[str, Any], corpora: dict[str, str]) -> int | None:
    """An id means something in its own corpus alone."""
    corpus = one["stream"].partition("/")[0]
    return uids_of({corpus: corpora[corpus]}, [one["id"]]).get(one["id"])


def of_rank(batch: Batch, nll: Tensor, streams: list[str]) -> list[dict[str, Any]]:
    """The worst documents among this rank's rows."""
    found = []
    for row, (ids, starts, _) in enumerate(batch.pieces):
        bounds = [*map(int, starts), batch.tokens.shape[1]]
        for at, document in enumerate(ids):
            part = slice(bounds[at], bounds[at + 1])
            scored = batch.weights[row, part] > 0
            tokens = int(scored.sum())
            if tokens:
                mean = float(nll[row, part][scored].double().mean())
                loss = mean if math.isfinite(mean) else None
                stream = streams[int(batch.streams[row])]
                found.append({"id": int(document), "stream": stream, "loss": loss, "tokens": tokens})
    return sorted(found, key=_order)[:MOST]


def _order(one: dict[str, Any]) -> tuple[float, int]:
    return (-math.inf if one["loss"] is None else -one["loss"], one["id"])

"""The documents of a batch by their loss, named so that a person can look at them: what a spike leaves behind.

Each rank finds the worst of its own rows; the first rank merges them and asks the corpus for their names. A large
corpus in an object store takes minutes to answer, or does not: so that happens behind training, which no name is worth.
"""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import torch.distributed as dist
from torch import Tensor

from trainer import events
from trainer.checkpoint.ranks import Ranks
from trainer.data.batch import Batch
from trainer.data.documents import uids_of
from trainer.errors import TrainingError

MOST = 10


class Teller:
    """Tells of spikes in events.jsonl, each when its documents have names."""

    def __init__(self, run: Path, corpora: dict[str, str]) -> None:
        self._run, self._corpora = run, corpora
        self._thread = ThreadPoolExecutor(1, "suspects")

    def tell(self, documents: list[dict[str, Any]], **said: Any) -> None:
        said["time"] = round(time.time(), 3)  # of the spike, not of the names
        self._thread.submit(self._tell, documents, said)

    def _tell(self, documents: list[dict[str, Any]], said: dict[str, Any]) -> None:
        events.append(self._run, "spike", **said, documents=named(documents, self._corpora))

    def close(self) -> None:
        """When all is told."""
        self._thread.shutdown()


def named(documents: list[dict[str, Any]], corpora: dict[str, str]) -> list[dict[str, Any]]:
    """With the uid of each; None where the corpus cannot say it."""
    found: dict[tuple[str, int], int] = {}
    for corpus in sorted({_corpus(one) for one in documents}):  # an id means something in its own corpus alone
        wanted = [one["id"] for one in documents if _corpus(one) == corpus]
        try:
            uids = uids_of({corpus: corpora[corpus]}, wanted)
        except (OSError, pa.ArrowException, TrainingError):  # their ids are told all the same
            continue
        found |= {(corpus, id_): uid for id_, uid in uids.items()}
    return [{"uid": found.get((_corpus(one), one["id"])), **one} for one in documents]


def _corpus(one: dict[str, Any]) -> str:
    return str(one["stream"]).partition("/")[0]


def worst(batch: Batch, nll: Tensor, streams: list[str], contributes: bool) -> list[dict[str, Any]]:
    """The documents of highest mean loss of the whole batch, the worst first: id, stream, loss, tokens.

    Called by every rank, and given on the first. One whose loss is no number comes before all others, with the loss
    None.
    """
    mine = of_rank(batch, nll, streams) if contributes else []
    together = Ranks(dist.group.WORLD if dist.is_initialized() else None, alone=True)
    return sorted((one for part in together.gather(mine) for one in part), key=_order)[:MOST]


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

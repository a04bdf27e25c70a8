"""The sums of a step over all ranks: what the loss is divided by, and the loss of each stream.

Two small collectives a step, in fp64 on the CPU: every rank ends with the same numbers and decides alike.
"""

from __future__ import annotations

import math
import time
from typing import Any

import torch
from torch import Tensor

from trainer import ranks
from trainer.data.batch import Batch


class Tally:
    def __init__(self, batch: Batch, streams: int, contributes: bool) -> None:
        """`contributes` is true on one rank of those that hold the same rows."""
        self._batch, self._count, self._contributes = batch, streams, contributes
        self.waited = 0.0  # seconds in collectives: what the slowest rank makes the others wait

    def weigh(self, leaving: bool) -> bool:
        """Add up the batch's weight; whether any rank is to leave."""
        mine = float(self._batch.weights.double().sum()) if self._contributes else 0.0
        weight, asked = self._total([mine, float(leaving)])
        self.weight = max(weight, 1.0)
        return asked > 0

    def add(self, nll: Tensor) -> None:
        """nll fp32 [b, S], of this rank's rows."""
        batch, sums = self._batch, torch.zeros(4, self._count, dtype=torch.float64)
        if self._contributes:
            streams = batch.streams.long()
            scored = batch.weights.double()
            # where and not times: a padded token's loss may be infinite
            nats = torch.where(scored > 0, nll.double() * scored, 0.0).sum(1)
            rows = torch.arange(batch.tokens.shape[1])[None] - batch.starts + 1
            text = torch.tensor([float(sum(sizes)) for _, _, sizes in batch.pieces], dtype=torch.float64)
            for at, of_row in enumerate((nats, scored.sum(1), text, rows.double().sum(1))):
                sums[at].index_add_(0, streams, of_row)
        each = self._total(sums.flatten().tolist())
        n = self._count
        self._nats, self._tokens, self._bytes, attended = (each[at * n : (at + 1) * n] for at in range(4))
        self._attended = sum(attended)
        self.loss = math.fsum(self._nats) / self.weight

    def values(self, names: list[str]) -> dict[str, Any]:
        """Of the whole step, for the record. `attended` counts the keys of all rows."""
        by = zip(names, self._nats, self._tokens, self._bytes, strict=True)
        return {
            "loss": self.loss,
            "weight": self.weight,
            "attended": self._attended,
            "loss_by": {name: (nats, int(tokens), int(size)) for name, nats, tokens, size in by if tokens},
        }

    def _total(self, values: list[float]) -> list[float]:
        began = time.perf_counter()
        summed = ranks.total(values)
        self.waited += time.perf_counter() - began
        return summed

"""What a model is given of a batch, on its device: rows, or a rank's part of each row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.data.batch import Batch


@dataclass(frozen=True)
class Rows:
    """tokens and targets int64, weights fp32, starts and positions int32, all [rows, tokens]."""

    tokens: Tensor
    targets: Tensor
    weights: Tensor
    starts: Tensor
    positions: Tensor

    @classmethod
    def of(cls, batch: Batch, device: torch.device) -> Rows:
        positions = torch.arange(batch.tokens.shape[1], dtype=batch.starts.dtype)[None] - batch.starts
        given = (batch.tokens, batch.targets, batch.weights, batch.starts, positions)
        return cls(*(tensor.to(device, non_blocking=True) for tensor in given))

    def changed(self, change: Callable[[Tensor], Tensor]) -> Rows:
        """The same change to every tensor."""
        return Rows(*(change(tensor) for tensor in vars(self).values()))

    def split(self, rows: int) -> list[Rows]:
        """Microbatches of `rows` rows."""
        parts = (tensor.split(rows) for tensor in vars(self).values())
        return [Rows(*part) for part in zip(*parts, strict=True)]

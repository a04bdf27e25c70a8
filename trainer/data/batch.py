"""Rows as a model takes them: targets, what counts, and where each token's document begins.

A token predicts the next one of its piece; the last of a piece predicts nothing (what follows it is another document,
or lies in another row), nor does padding, which attends to itself alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainer.data.rows import Rows

Pieces = tuple[np.ndarray, np.ndarray, np.ndarray]  # document ids, starts in the row, bytes of text


@dataclass(frozen=True)
class Batch:
    """A rank's rows of one step; tensors of the CPU."""

    tokens: Tensor  # int64 [b, S]
    targets: Tensor  # int64 [b, S]; 0 where there is nothing to predict
    weights: Tensor  # float32 [b, S]; 1, and 0 where there is nothing to predict
    starts: Tensor  # int32 [b, S]; where in the row the token's document begins
    streams: Tensor  # int16 [b]; index into the loader's stream_names
    pieces: list[Pieces]  # of each row


def build(length: int, rows: Sequence[tuple[Rows, int]], streams: np.ndarray) -> Batch:
    """Of (row group, row in it) each."""
    tokens = np.empty((len(rows), length), np.int64)
    starts = np.zeros((len(rows), length), np.int32)
    targets = np.zeros((len(rows), length), np.int64)
    weights = np.ones((len(rows), length), np.float32)
    pieces = []
    for at, (group, row) in enumerate(rows):
        pieces.append(group.pieces(row))
        tokens[at] = group.tokens[row]
        used, begun = int(group.length[row]), pieces[-1][1]
        starts[at, begun] = begun
        starts[at, used:] = np.arange(used, length)
        weights[at, begun[1:] - 1] = 0
        weights[at, used - 1 :] = 0
    np.maximum.accumulate(starts, axis=1, out=starts)
    np.multiply(tokens[:, 1:], weights[:, :-1] > 0, out=targets[:, :-1])
    return Batch(
        torch.from_numpy(tokens),
        torch.from_numpy(targets),
        torch.from_numpy(weights),
        torch.from_numpy(starts),
        torch.from_numpy(streams.astype(np.int16)),
        [(ids.copy(), begun.copy(), size.copy()) for ids, begun, size in pieces],  # a batch kept keeps no row group
    )

"""Batches against the definition, token by token, in plain Python."""

from pathlib import Path

import numpy as np
import torch

from tests.trainer.data.made import SIZE, corpus
from trainer.data.batch import build
from trainer.data.footers import Source
from trainer.data.rows import decode
from trainer.data.shards import open_corpora

LENGTH = 24


def test_targets_weights_and_starts_are_those_of_the_definition(tmp_path: Path) -> None:
    shards = open_corpora({"c": str(corpus(tmp_path, {"web": [[12, 9]]}, LENGTH))}, LENGTH)
    groups = [decode(shards.streams["c/web"][at], shards.vocabulary, Source()) for at in (0, 1)]
    chosen = [(groups[at], row) for at, row in ((0, 6), (1, 0), (0, 0), (1, 1), (0, 11), (1, 8))]
    batch = build(LENGTH, chosen, np.array([0, 0, 0, 0, 0, 0]))
    padded = 0
    for at, (group, row) in enumerate(chosen):
        used, (ids, starts, sizes) = int(group.length[row]), group.pieces(row)
        padded += LENGTH - used
        assert [list(x) for x in batch.pieces[at]] == [list(x) for x in (ids, starts, sizes)]
        for t in range(LENGTH):
            begins = max(s for s in starts if s <= t) if t < used else t
            predicts = t + 1 < used and t + 1 not in starts
            assert batch.tokens[at, t] == group.tokens[row, t]
            assert batch.starts[at, t] == begins
            assert batch.weights[at, t] == float(predicts)
            assert batch.targets[at, t] == (group.tokens[row, t + 1] if predicts else 0)
    assert padded > 0 and batch.tokens.max() < SIZE
    types = [x.dtype for x in (batch.tokens, batch.targets, batch.weights, batch.starts, batch.streams)]
    assert types == [torch.int64, torch.int64, torch.float32, torch.int32, torch.int16]

"""The documents of a spike: the worst first, named where the corpus can name them, and never at the cost of the run."""

import math

import numpy as np
import torch

from tests.trainer import made_corpus
from trainer import events
from trainer.data.batch import Batch
from trainer.suspects import Teller, named, worst

STREAMS = ["a/code", "b/code"]


def batch() -> Batch:
    """Row 0: documents 0 (3 tokens), 1 (2) and padding, of a; row 1: document 0 of b."""
    weights = torch.tensor([[1, 1, 0, 1, 0, 0], [1, 1, 1, 1, 1, 0]], dtype=torch.float32)
    none = torch.zeros(2, 6, dtype=torch.int64)
    pieces = [
        (np.array([0, 1]), np.array([0, 3]), np.array([3, 2])),
        (np.array([0]), np.array([0]), np.array([6])),
    ]
    return Batch(none, none, weights, none.int(), torch.tensor([0, 1], dtype=torch.int16), pieces)


def test_documents_come_by_their_mean_loss_over_what_is_scored():
    nll = torch.tensor([[1.0, 2.0, 99.0, 4.0, 99.0, 99.0], [3.0, 3.0, 3.0, 3.0, 3.0, 99.0]])
    found = worst(batch(), nll, STREAMS, contributes=True)
    assert [(one["stream"], one["id"], one["loss"], one["tokens"]) for one in found] == [
        ("a/code", 1, 4.0, 1),
        ("b/code", 0, 3.0, 5),
        ("a/code", 0, 1.5, 2),
    ]
    nll[1, 2] = math.nan
    first = worst(batch(), nll, STREAMS, contributes=True)[0]
    assert (first["stream"], first["loss"]) == ("b/code", None)
    assert worst(batch(), nll, STREAMS, contributes=False) == []


def test_a_corpus_that_cannot_be_asked_costs_the_names_and_not_the_run(tmp_path):
    sound = made_corpus.write(tmp_path / "a", {"code": [[[1, 2], [3]]]}, 8)
    damaged = made_corpus.write(tmp_path / "b", {"code": [[[1, 2], [3]]]}, 8)
    (damaged / "text" / "a.parquet").write_bytes(b"PAR1 and no more")
    found = [{"id": 1, "stream": "a/code"}, {"id": 0, "stream": "b/code"}, {"id": 7, "stream": "a/code"}]
    corpora = {"a": str(sound), "b": str(damaged)}
    assert [one["uid"] for one in named(found, corpora)] == [10**12 + 1, None, None]
    assert [one["uid"] for one in named(found, {**corpora, "b": str(tmp_path / "gone")})] == [10**12 + 1, None, None]
    teller = Teller(tmp_path, corpora)
    teller.tell(found, step=3)
    teller.close()
    [event] = events.read(tmp_path)
    assert event["step"] == 3 and event["documents"] == named(found, corpora)

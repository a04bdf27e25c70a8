"""Sums of a step, against plain loops over the batch."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.data.batch import Batch
from trainer.suspects import of_rank
from trainer.tally import Tally

NAMES = ["a/code", "a/general", "b/general"]


@st.composite
def batches(draw, rows=4, length=12):
    """A batch of pieces of drawn lengths, and losses that are no numbers where nothing is predicted."""
    starts = torch.zeros(rows, length, dtype=torch.int32)
    weights = torch.zeros(rows, length)
    pieces, document = [], 0
    for row in range(rows):
        at, begun = 0, []
        while at < length and (not begun or draw(st.booleans())):
            end = draw(st.integers(at + 1, length))
            begun.append(at)
            starts[row, at:end] = at
            weights[row, at : end - 1] = 1
            at = end
        starts[row, at:] = torch.arange(at, length)
        ids = np.arange(document, document + len(begun))
        document += len(begun)
        pieces.append(
            (ids, np.array(begun), draw(st.lists(st.integers(0, 50), min_size=len(begun), max_size=len(begun))))
        )
    streams = torch.tensor(draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows)), dtype=torch.int16)
    nll = torch.tensor(draw(st.lists(st.floats(0, 9, width=32), min_size=rows * length, max_size=rows * length)))
    nll = torch.where(weights > 0, nll.view(rows, length), math.inf)
    tokens = torch.zeros(rows, length, dtype=torch.int64)
    return Batch(tokens, tokens, weights, starts, streams, pieces), nll


@given(batches())
def test_losses_tokens_and_bytes_of_each_stream_are_those_of_a_loop(given_):
    batch, nll = given_
    tally = Tally(batch, len(NAMES), True)
    assert tally.weigh(False) is False and tally.weigh(True) is True
    tally.add(nll)
    expected = {name: [0.0, 0, 0] for name in NAMES}
    attended = 0
    for row, stream in enumerate(batch.streams.tolist()):
        for at in range(nll.shape[1]):
            attended += at - int(batch.starts[row, at]) + 1
            if batch.weights[row, at]:
                expected[NAMES[stream]][0] += float(nll[row, at])
                expected[NAMES[stream]][1] += 1
        expected[NAMES[stream]][2] += sum(batch.pieces[row][2])
    values = tally.values(NAMES)
    assert values["attended"] == attended and values["weight"] == max(1.0, float(batch.weights.sum()))
    assert values["loss_by"].keys() == {name for name in NAMES if expected[name][1]}
    for name, (nats, tokens, size) in values["loss_by"].items():
        assert (pytest.approx(expected[name][0], abs=1e-6), expected[name][1], expected[name][2]) == (
            nats,
            tokens,
            size,
        )
    whole = sum(nats for nats, _, _ in expected.values())
    assert values["loss"] == pytest.approx(whole / values["weight"], abs=1e-6)


@given(batches())
def test_a_rank_whose_rows_another_speaks_for_adds_nothing(given_):
    batch, nll = given_
    tally = Tally(batch, len(NAMES), False)
    tally.weigh(False)
    tally.add(nll)
    assert tally.values(NAMES)["loss_by"] == {} and tally.loss == 0.0


@given(batches(), st.booleans())
def test_the_worst_documents_come_first_and_what_is_no_number_before_all(given_, broken):
    batch, nll = given_
    spoilt = (batch.weights > 0).nonzero()
    if broken and len(spoilt):
        nll[tuple(spoilt[0])] = math.nan
    found = of_rank(batch, nll, NAMES)
    losses = [math.inf if one["loss"] is None else one["loss"] for one in found]
    assert losses == sorted(losses, reverse=True) and len(found) <= 10
    assert sum(loss == math.inf for loss in losses) == (1 if broken and len(spoilt) else 0)

"""What is taken for a spike."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.progress import Progress
from trainer.recipe import Spikes
from trainer.spikes import Watch

SETTINGS = Spikes(after=5, above=2.0, norm_above=4.0)


def watched(steps=10, loss=3.0, norm=1.0):
    watch = Watch()
    for _ in range(steps):
        watch.add(loss, norm)
    return watch


@pytest.mark.parametrize(
    ("loss", "norm", "said"),
    [
        (3.1, 1.0, None),
        (5.01, 1.0, "loss 5.010 is more than 2 over its mean of 3.000"),
        (3.0, 4.01, "gradient norm 4.01 is more than 4 times its mean of 1"),
        (math.nan, 1.0, "loss is no number"),
        (3.0, math.inf, "gradient norm is no number"),
    ],
)
def test_a_spike_says_what_was_above_what(loss, norm, said):
    assert watched().reason(SETTINGS, loss, norm) == said


def test_only_what_is_no_number_is_a_spike_in_the_first_steps():
    young = watched(steps=4)
    assert young.reason(SETTINGS, 50.0, 1e9) is None
    assert young.reason(SETTINGS, math.nan, 1.0) == "loss is no number"


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 100)), min_size=1, max_size=40))
def test_the_mean_of_the_first_fifty_is_the_mean(steps):
    watch = Watch()
    for loss, norm in steps:
        watch.add(loss, norm)
    assert watch.loss == pytest.approx(sum(loss for loss, _ in steps) / len(steps), abs=1e-9)
    assert watch.norm == pytest.approx(sum(norm for _, norm in steps) / len(steps), abs=1e-9)


@given(st.lists(st.floats(0, 20), max_size=80))
def test_what_is_saved_decides_as_before(losses):
    progress = Progress(step=7, shift=2)
    for loss in losses:
        progress.watch.add(loss, loss)
    again = Progress.of(json.loads(json.dumps(progress.state())))
    assert again == progress
    again.watch.add(1.0, 1.0)
    progress.watch.add(1.0, 1.0)
    assert again == progress

"""The mean of weights is that of plain Python in double precision, whatever the order they are named in."""

from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.checkpoint.tensors import empty, equal, state
from trainer.checkpoint.average import average, save_average
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.state import state as state_of
from trainer.errors import TrainingError

STEPS = (10, 20, 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> str:
    url = str(tmp_path_factory.mktemp("checkpoints"))
    made = Checkpoints(url, 9, {"dim": 5})
    for step in STEPS:
        weights = {**state(step)["model"], "short": state(step)["first"]["norm"]}
        made.save(step, {**state(step), "model": weights}, {"step": step})
    made.wait()
    return url


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=5))
def test_the_mean_is_that_of_exact_arithmetic(folder, steps):
    found = average(folder, steps)
    once = sorted(set(steps))
    for name, weight in found.items():
        kind, of = ("first", "norm") if name == "short" else ("model", name)
        each = [state(step)[kind][of].double().flatten().tolist() for step in once]
        exact = [float(sum(map(Fraction, column)) / len(once)) for column in zip(*each, strict=True)]
        assert torch.allclose(weight.double().flatten(), torch.tensor(exact, dtype=torch.float64), rtol=2**-8, atol=0)
        if weight.dtype == torch.float32:
            assert weight.flatten().tolist() == torch.tensor(exact, dtype=torch.float64).float().tolist()


def test_the_mean_can_be_a_checkpoint(folder, tmp_path):
    save_average(folder, [30, 10], str(tmp_path))
    made = Checkpoints(str(tmp_path), 1, {"dim": 5})
    found = {"model": {name: torch.zeros_like(each) for name, each in average(folder, [10, 30]).items()}}
    assert made.load(found) == {"step": 30, "averaged": [10, 30]}
    assert all(equal(found["model"][name], each) for name, each in average(folder, [10, 30]).items())
    with pytest.raises(TrainingError, match="holds no first/"):
        made.load(empty())


def test_a_step_that_is_not_there_is_named_with_those_that_are(folder):
    with pytest.raises(TrainingError, match="step-00000015: is no finished checkpoint; of those there are steps: 10, "):
        average(folder, [10, 15])
    with pytest.raises(TrainingError, match="no steps to average"):
        average(folder, [])


def test_models_of_other_shapes_have_no_mean(tmp_path):
    for step, dim in ((1, 4), (2, 5)):
        made = Checkpoints(str(tmp_path), 9, {"dim": dim})
        made.save(step, {"model": {"w": torch.zeros(dim)}}, {})
        made.wait()
    with pytest.raises(TrainingError, match="step 2: is of another model: dim is 5 there and 4"):
        average(str(tmp_path), [1, 2])


def test_the_state_is_that_of_the_step_asked_for_or_of_the_newest_whole_one(folder, tmp_path):
    assert equal(state_of(folder, 20)["cube"], state(20)["model"]["cube"])
    assert equal(state_of(folder, kind="second")["cube"], state(30)["second"]["cube"])
    assert equal(Checkpoints(folder, 9, {}).state(10)["scale"], state(10)["model"]["scale"])
    with pytest.raises(TrainingError, match="holds no finished checkpoint"):
        state_of(str(tmp_path))


def test_a_kind_that_is_not_there_is_told_with_those_that_are(folder):
    with pytest.raises(TrainingError, match="step-00000030: holds no third; it holds first, model, second"):
        state_of(folder, kind="third")


def test_the_state_of_a_damaged_checkpoint_is_refused_where_it_was_named_and_passed_over_where_not(tmp_path):
    made = Checkpoints(str(tmp_path), 9, {})
    for step in (1, 2):
        made.save(step, state(step), {})
    made.wait()
    (tmp_path / "step-00000002" / "0-rank-00000.safetensors").write_bytes(b"")
    with pytest.raises(TrainingError, match=r"step-00000002: 0-rank-00000\.safetensors has 0 bytes, not"):
        state_of(str(tmp_path), 2)
    assert equal(state_of(str(tmp_path))["cube"], state(1)["model"]["cube"])

"""What is compared, as a user says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.ablate import plan
from trainer.ablate.plan import Arm, Cell, Plan
from trainer.config import model_config
from trainer.errors import TrainingError


@pytest.mark.parametrize(
    ("text", "arm"),
    [
        ("runs/raw", Arm("raw", {"raw": "runs/raw"})),
        ("runs/raw/", Arm("raw", {"raw": "runs/raw"})),
        ("runs/raw/tokens", Arm("raw", {"raw": "runs/raw/tokens"})),
        ("before=runs/raw", Arm("before", {"raw": "runs/raw"})),
        ("a+runs/b", Arm("a+b", {"a": "a", "b": "runs/b"})),
        ("half=a@math:1,code:1", Arm("half", {"a": "a"}, {"math": 0.5, "code": 0.5})),
        ("a@math:0.2,code:0.8", Arm("a@math:0.2,code:0.8", {"a": "a"}, {"math": 0.2, "code": 0.8})),
        ("two=a+b@a:3,b/math:1", Arm("two", {"a": "a", "b": "b"}, {"a": 0.75, "b/math": 0.25})),
        ("s3://bucket/runs/raw", Arm("raw", {"raw": "s3://bucket/runs/raw"})),
        ("me@host/raw", Arm("raw", {"raw": "me@host/raw"})),
    ],
)
def test_an_arm_is_read_as_it_is_written(text, arm):
    assert plan.arm(text) == arm


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no folder"),
        ("a+", "names no folder"),
        ("x/a+y/a", "two folders of one name"),
        ("a@math:0,code:0", "one is above"),
        ("a@math:0.5,code:0.5.5", "NAME:SHARE"),
    ],
)
def test_an_arm_that_means_nothing_is_one_sentence(text, said):
    with pytest.raises(TrainingError, match=said):
        plan.arm(text)


def test_two_arms_need_two_names():
    with pytest.raises(TrainingError, match="two are called a; give one another name"):
        Plan((plan.arm("x/a"), plan.arm("y/a")))


@pytest.mark.parametrize("name", ["64x4", "32x2", "96x3", "proxy-1m"])
def test_a_size_is_a_model(name):
    config = model_config(plan.size(name), 512)
    assert config.head_dim == 32 and config.heads % config.kv_heads == 0


@pytest.mark.parametrize("name", ["proxy-2m", "60x4", "64", "x4", "0x2"])
def test_a_size_that_is_none_is_told_with_what_there_is(name):
    with pytest.raises(TrainingError, match="WIDTHxLAYERS"):
        Plan((plan.arm("a"),), sizes=(name,))


@given(st.integers(100, 10**12), st.sampled_from([128, 512, 8192]))
def test_the_batch_is_whole_rows_and_leaves_hundreds_of_steps(tokens, length):
    batch = plan.batch_of(tokens, length)
    assert batch % length == 0 and length <= batch <= plan.LARGEST_BATCH
    if length < batch < plan.LARGEST_BATCH:
        assert 400 <= tokens / batch <= 800


def test_arms_differ_in_nothing_but_their_text():
    asked = Plan((plan.arm("a"), plan.arm("b@math:1")), sizes=("32x2",), tokens=(20_000,), seeds=2, length=128)
    first, second = (plan.of(arm, asked.cells[0], 1, asked) for arm in asked.arms)
    apart = {"name", "corpora", "stages"}
    assert first.model_dump(exclude=apart) == second.model_dump(exclude=apart)
    assert first.stages[0].model_copy(update={"mix": {"math": 1.0}}) == second.stages[0]
    assert first.seed == 1


def test_changes_go_to_every_arm():
    asked = Plan((plan.arm("a"),), tokens=(20_000,), length=128, changes={"rate.peak": 1e-4})
    assert plan.of(asked.arms[0], asked.cells[0], 0, asked).rate.peak == 1e-4


def test_the_axes_are_all_their_combinations():
    asked = Plan((plan.arm("a"),), sizes=("32x2", "64x2"), tokens=(10, 20), unique=(None, 5))
    assert len(asked.cells) == 8 and Cell("64x2", 20, 5).name == "64x2-20-of-5"

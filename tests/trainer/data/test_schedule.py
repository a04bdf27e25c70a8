"""Steps of data by stage."""

import pytest

from trainer.data.schedule import Schedule
from trainer.recipe import Stage

STAGES = [Stage(tokens=100, length=8, batch=32), Stage(tokens=64, length=16, batch=64, anneal=True)]


def test_steps_follow_each_other_through_the_stages_and_the_last_goes_on():
    schedule = Schedule(STAGES)
    assert schedule.steps == 5
    assert [schedule.at(step) for step in range(7)] == [(0, 0), (0, 4), (0, 8), (0, 12), (1, 0), (1, 4), (1, 8)]


def test_no_step_is_before_the_first():
    with pytest.raises(ValueError, match="below 0"):
        Schedule(STAGES).at(-1)

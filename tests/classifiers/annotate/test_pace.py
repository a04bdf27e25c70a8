import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.annotate.pace import Pace


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def sent(pace, clock, tokens, thinking=0.0):
    """When each request of so many tokens goes out, one after the other."""
    times = []
    for one in tokens:
        clock.now += pace.turn(one)
        times.append(clock.now)
        clock.now += thinking
    return times


@given(
    st.floats(1, 600),
    st.floats(100, 100_000),
    st.lists(st.integers(1, 5000), min_size=1, max_size=60),
    st.floats(0, 3),
)
def test_no_minute_has_more_requests_or_tokens_than_are_allowed(requests, tokens, sizes, thinking):
    clock = Clock()
    times = sent(Pace(requests, tokens, clock), clock, sizes, thinking)
    for first, start in enumerate(times):
        within = [i for i in range(first, len(times)) if times[i] < start + 60 - 1e-6]
        assert len(within) <= requests + 1
        assert sum(sizes[i] for i in within[:-1]) <= tokens + 1e-3  # the last may reach over the minute's end


def test_without_limits_nobody_waits():
    clock = Clock()
    assert sent(Pace(clock=clock), clock, [10**9] * 5) == [1000.0] * 5


def test_requests_are_spread_evenly():
    clock = Clock()
    assert sent(Pace(120, None, clock), clock, [1] * 4) == [1000.0, 1000.5, 1001.0, 1001.5]


def test_turns_that_are_taken_at_once_are_given_one_after_the_other():
    pace = Pace(60, None, Clock())
    assert [pace.turn(1) for _ in range(3)] == [0, 1, 2]


def test_a_wrong_estimate_is_put_right_for_those_behind():
    clock = Clock()
    pace = Pace(None, 60, clock)
    pace.turn(10)
    pace.correct(10, 4)
    assert pace.turn(1) == pytest.approx(4)


def test_a_pause_holds_everybody_and_the_longest_counts():
    clock = Clock()
    pace = Pace(clock=clock)
    pace.pause(5)
    pace.pause(2)
    assert pace.turn(1) == 5
    clock.now += 4
    assert pace.waits() == 1
    clock.now += 4
    assert pace.waits() == 0

from hypothesis import given
from hypothesis import strategies as st

from trainer.supervisor.losses import CAUSES
from trainer.supervisor.lost_time import account


def event(kind: str, time: float, **said) -> dict:
    return {"kind": kind, "time": time, "node": 0, **said}


def lost(time: float, seconds: float, steps: int) -> dict:
    return event("lost", time, attempt=0, seconds=dict.fromkeys(CAUSES, seconds / 4), steps=steps)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 40), st.integers(0, 9)), min_size=1, max_size=6),
    st.lists(st.integers(1, 20), max_size=20),
)
def test_effective_time_is_that_of_steps_that_count_over_that_of_all_supervisors(sessions, steps):
    told, at = [], 1000.0
    for seconds, between, redone in sessions:
        told += [event("session", at), lost(at + seconds / 2, seconds / 8, redone)]
        told += [event("session_end", at + seconds)]
        at += seconds + between
    counted = account(told, [{"step": n, "seconds": seconds} for n, seconds in enumerate(steps)])
    elapsed = sum(seconds for seconds, _, _ in sessions)
    assert counted.elapsed == elapsed and counted.useful == sum(steps)
    assert counted.share == sum(steps) / elapsed
    assert sum(counted.lost.values()) == elapsed / 8
    assert (counted.steps_redone, counted.faults) == (sum(redone for _, _, redone in sessions), len(sessions))
    assert counted.other == max(0, elapsed - sum(steps) - elapsed / 8)


def test_a_supervisor_that_was_killed_lasted_until_its_last_event():
    told = [event("session", 100), event("checkpoint", 130), event("session", 500), event("started", 520)]
    assert account(told, []).elapsed == 30 + 20


def test_of_several_nodes_the_first_ones_clock_counts():
    other = {"node": 1}
    told = [event("session", 0), {**event("session", 1), **other}]
    told += [{**event("session_end", 90), **other}, event("session_end", 100)]
    assert account(told, [{"step": 1, "seconds": 50.0}]).share == 0.5


def test_a_step_that_stands_twice_counts_once_and_none_at_all_is_no_share():
    lines = [{"step": 1, "seconds": 5.0}, {"step": 1, "seconds": 7.0}, {"step": 2, "seconds": None}]
    counted = account([], lines)
    assert counted.useful == 7.0 and counted.share is None

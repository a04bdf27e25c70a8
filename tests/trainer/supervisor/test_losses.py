"""The clock of lost time, on attempts told by hand."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from trainer.supervisor.losses import CAUSES, Losses


def beats(newest: float, step: int | None = None, loaded: int | None = None, begun: bool = True) -> SimpleNamespace:
    return SimpleNamespace(newest=newest, step=step, loaded=loaded, begun=begun)


def test_each_cause_has_its_seconds_until_the_furthest_step_is_done_again():
    told = []
    losses = Losses(told.append)
    losses.look(10, beats(10, 20, 0))
    losses.ended(13, beats(11, 21, 0))  # it was silent for 2 s
    losses.look(11, beats(11, 21, 0))
    losses.fault(0, 13)
    losses.look(15, beats(15, begun=False))
    losses.look(18, beats(18))  # all are there after 5 s
    losses.look(19, beats(19, 18, 18))  # loaded after another
    losses.look(26, beats(26, 20, 18))
    assert told == []
    losses.look(30, beats(30, 21, 18))
    (loss,) = told
    assert (loss.attempt, loss.steps) == (0, 3)
    assert loss.seconds == {"detection": 2, "restart": 5, "load": 1, "recomputation": 11}
    losses.look(40, beats(40, 25, 18))
    assert len(told) == 1


def test_a_fault_during_recovery_ends_the_loss_before_it():
    told = []
    losses = Losses(told.append)
    losses.look(10, beats(10, 20, 0))
    losses.ended(10, beats(10, 20, 0))
    losses.fault(0, 11)
    losses.look(15, beats(15, 10, 10))
    losses.look(17, beats(17, 12, 10))
    losses.ended(18, beats(17, 12, 10))
    losses.fault(1, 18)
    losses.look(20, beats(20, 10, 10))
    losses.look(30, beats(30, 20, 10))
    assert [(loss.attempt, loss.steps) for loss in told] == [(0, 2), (1, 10)]
    assert told[0].seconds == {"detection": 1, "restart": 4, "load": 0, "recomputation": 2}
    assert told[1].seconds == {"detection": 1, "restart": 2, "load": 0, "recomputation": 10}


@given(st.lists(st.tuples(*[st.integers(1, 50)] * 5), min_size=1, max_size=5))
def test_no_second_between_first_fault_and_last_recovery_is_lost_or_counted_twice(faults):
    told, now = [], 0.0
    losses = Losses(told.append)
    losses.look(now, beats(now, 100, 0))
    for attempt, (silent, restart, load, again, _) in enumerate(faults):
        losses.ended(now + silent, beats(now, 100, 0))
        losses.fault(attempt, now + silent)
        losses.look(now + silent + restart, beats(now, None))
        losses.look(now + silent + restart + load, beats(now, 90, 90))
        now += silent + restart + load + again
        losses.look(now, beats(now, 100, 90))
    assert sum(loss.seconds[cause] for loss in told for cause in CAUSES) == now
    assert [loss.steps for loss in told] == [10] * len(faults)

import pytest

from classifiers.annotate.client import Failed
from classifiers.annotate.patience import Patience, Streak
from curate.errors import RunStopped

BROKEN = Failed("the connection broke", costs=True)
DEAD = Failed("it cannot be reached", costs=False, dead=True)


def streak(**patience):
    return Streak("http://h/v1", Patience(**patience))


def test_failures_in_a_row_stop_the_run_and_say_how_many():
    row = streak(failures_in_a_row=3)
    row.failed(row.begin(), BROKEN)
    row.failed(row.begin(), BROKEN)
    with pytest.raises(RunStopped, match="3 requests in a row failed, the last by 'the connection broke'"):
        row.failed(row.begin(), BROKEN)


def test_a_success_begins_the_row_anew():
    row = streak(failures_in_a_row=2)
    for _ in range(5):
        row.failed(row.begin(), BROKEN)
        row.well()


def test_requests_that_were_in_flight_together_fail_as_one():
    row = streak(failures_in_a_row=2)
    begun = [row.begin() for _ in range(16)]
    for one in begun:
        row.failed(one, BROKEN)
    with pytest.raises(RunStopped):
        row.failed(row.begin(), BROKEN)


def test_an_endpoint_that_was_never_there_stops_the_run_at_once():
    with pytest.raises(RunStopped, match="Start the endpoint; the same command continues"):
        streak().failed(0, DEAD)


def test_an_endpoint_that_has_answered_may_be_away_for_a_while():
    row = streak()
    row.well()
    assert row.failed(row.begin(), DEAD) == 0


def test_everybody_waits_longer_the_longer_the_row():
    row = streak(backoff=1.0, longest_backoff=5.0)
    assert [row.failed(row.begin(), BROKEN) for _ in range(6)] == [0, 0, 1, 2, 4, 5]


def test_waits_double_up_to_a_limit_and_are_spread():
    patience = Patience(backoff=1.0, longest_backoff=6.0)
    assert [patience.wait(nth, 1.0) for nth in (1, 2, 3, 4, 5000)] == [1, 2, 4, 6, 6]
    assert patience.wait(2, 0.0) == 1


def test_refusals_count_only_while_nothing_was_ever_answered():
    new, known = streak(failures_in_a_row=3), Streak("http://h/v1", Patience(failures_in_a_row=3), True)
    for _ in range(10):
        known.refused(known.begin(), "400")
    for _ in range(2):
        new.refused(new.begin(), "400")
    with pytest.raises(RunStopped, match="3 requests in a row failed, the last by '400'"):
        new.refused(new.begin(), "400")


def test_an_hour_of_peace_is_not_waited_for():
    row = streak(longest_wait=300)
    row.asked_to_wait(299)
    with pytest.raises(RunStopped, match="asks for 3600 s of peace"):
        row.asked_to_wait(3600)

import io

import pytest

from classifiers.annotate import progress
from classifiers.annotate.budget import Spent
from classifiers.annotate.progress import Lines


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def lines(dones, total, after=0.0):
    """What is written where `after` seconds go by before each of `dones`."""
    log, clock = io.StringIO(), Clock()
    tell = Lines("quality", total, Spent(tokens=1234), log, clock)
    for done in dones:
        clock.now += after
        tell(done)
    return log.getvalue().splitlines()


def test_a_log_has_a_line_for_each_tenth():
    written = lines(range(201), 200)
    assert written[0] == "quality: 0 of 200 asked (0%), 1,234 tokens"
    assert written[1:] == [f"quality: {n} of 200 asked ({n // 2}%), 1,234 tokens" for n in range(20, 201, 20)]


def test_a_log_has_a_line_where_a_minute_went_by():
    assert len(lines(range(20), 1000, after=60)) == 20
    assert len(lines(range(20), 1000, after=31)) == 10
    assert len(lines(range(20), 1000, after=1)) == 1


def test_what_was_answered_before_is_told_first():
    assert lines([150, 160], 200) == [
        "quality: 150 of 200 were answered before",
        "quality: 160 of 200 asked (80%), 1,234 tokens",
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_both_a_terminal_and_a_log_hear_of_earlier_answers(terminal, monkeypatch):
    log = io.StringIO()
    log.isatty = lambda: terminal
    monkeypatch.setattr("sys.stderr", log)
    with progress.bar("quality", 200, Spent()) as tell:
        tell(150)
        tell(151)
    assert log.getvalue().count("quality: 150 of 200 were answered before") == 1

"""What happens when someone wants the run, or the supervisor itself, to end."""

import os
import signal

from tests.trainer.supervisor.conftest import gone


def test_sigterm_drains_and_the_same_command_continues(supervised):
    first = supervised.start(steps=300)
    supervised.until(lambda: supervised.step() > 5)
    first.send_signal(signal.SIGTERM)
    _, err = first.communicate()
    assert first.returncode == 75
    assert err.endswith("asked to leave (SIGTERM), and saved; the same command continues\n")
    saved = int((supervised.run / "saved").read_text())
    assert saved > 5 and not supervised.told("fault") and supervised.told("drain")[0]["asked"] == "SIGTERM"
    assert supervised.end(steps=saved + 5)[0] == 0
    assert [event["code"] for event in supervised.told("session_end")] == [75, 0]


def test_ranks_that_do_not_leave_in_time_are_killed(supervised):
    process = supervised.start("*:*:0:deaf", steps=10_000, faults={"drain": 0.5})
    supervised.until(lambda: supervised.step(1) > 5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 75
    assert "not all ranks had ended 0.5 seconds (faults.drain) after the request" in err
    assert all(gone(pid) for pid in supervised.pids())


def test_a_second_sigint_kills(supervised):
    process = supervised.start("*:*:0:deaf", steps=10_000)
    supervised.until(lambda: supervised.step(1) > 5)
    process.send_signal(signal.SIGINT)
    supervised.until(lambda: supervised.told("drain"))
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert all(gone(pid) for pid in supervised.pids())


def test_sigterm_before_the_ranks_can_hear_it_ends_them_at_once(supervised):
    process = supervised.start(command=["sleep", "3600"])
    supervised.until(lambda: supervised.told("attempt"))
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 75


def test_ranks_that_were_asked_by_another_drain_the_run_too(supervised):
    """Cluster managers signal every process of a job, not only the one that was started."""
    process = supervised.start(steps=10_000)
    supervised.until(lambda: supervised.step(0) > 5 and supervised.step(1) > 5)
    os.kill(supervised.pids()[1], signal.SIGTERM)
    process.communicate()
    assert process.returncode == 75


def test_no_rank_outlives_a_supervisor_that_is_killed(supervised):
    process = supervised.start(steps=10_000)
    supervised.until(lambda: supervised.step(0) > 5 and supervised.step(1) > 5)
    pids = supervised.pids()
    process.kill()
    process.communicate()
    supervised.until(lambda: all(gone(pid) for pid in pids))


def test_what_a_rank_started_ends_with_it(supervised):
    supervised.end("0:1:3:child", "0:1:9:kill")
    assert gone(int((supervised.run / "child-1").read_text()))

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from trainer.recipe import Faults

HANG = 3.0  # seconds; the ranks of a busy machine take their time to start


def test_a_run_without_faults_ends_with_0_and_shows_what_rank_0_writes(supervised):
    code, out, err = supervised.end()
    assert (code, out, err) == (0, "rank 0 is done\n", "")
    assert (supervised.run / "logs/attempt-0-rank-1.log").read_text() == "rank 1 is done\n"
    assert [event["kind"] for event in supervised.told("attempt") + supervised.told("fault")] == ["attempt"]


def test_after_a_crash_all_ranks_begin_anew_and_go_on_from_the_last_save(supervised):
    code, out, err = supervised.end("0:1:7:crash", "1:0:13:kill")
    assert (code, out) == (0, "rank 0 is done\n")
    first, second = supervised.told("fault")
    assert (first["cause"], first["rank"], first["why"]) == ("crash", 1, "rank 1 ended with code 1")
    assert (second["cause"], second["rank"], second["why"]) == ("crash", 0, "rank 0 was killed by SIGKILL")
    assert "  RuntimeError: the memory is on fire\n" in err, "the last lines of a rank whose stderr is not shown"
    assert "beginning attempt 1 from the last checkpoint" in err
    losses = supervised.told("lost")
    assert [loss["attempt"] for loss in losses] == [0, 1]
    assert all(min(loss["seconds"].values()) >= 0 and loss["steps"] >= 2 for loss in losses)
    (end,) = supervised.told("session_end")
    assert (end["code"], end["restarts"]) == (0, 2)
    assert end["steps_redone"] == sum(loss["steps"] for loss in losses)
    assert err.endswith(f"; {end['steps_redone']} steps were done again\n")


@pytest.mark.parametrize("unheard", ["2>&-", "2>/dev/full"])
def test_that_nobody_can_hear_it_ends_no_run(tmp_path, unheard):
    worker, run = Path(__file__).with_name("worker.py"), str(tmp_path / "run")
    command = [sys.executable, "-S", str(worker), run, "20", "0:1:7:crash"]
    said = {"command": command, "run": run, "nproc": 2, "faults": Faults().model_dump()}
    host = shlex.join([sys.executable, str(worker.with_name("host.py")), json.dumps(said)])
    assert subprocess.run(["sh", "-c", f"{host} {unheard}"], timeout=60).returncode == 0


def test_each_attempt_has_the_environment_of_torchrun_and_a_port_of_its_own(supervised):
    supervised.end("0:0:3:kill")
    seen = {}
    for attempt in range(2):
        for rank in range(2):
            seen[attempt, rank] = json.loads((supervised.run / f"seen-{attempt}-{rank}.json").read_text())
            port = seen[attempt, rank].pop("MASTER_PORT")
            assert port == seen.setdefault((attempt, "port"), port)
            assert seen[attempt, rank] == {
                "RANK": str(rank),
                "LOCAL_RANK": str(rank),
                "WORLD_SIZE": "2",
                "LOCAL_WORLD_SIZE": "2",
                "MASTER_ADDR": "127.0.0.1",
            }
    assert seen[0, "port"] != seen[1, "port"]


def test_a_rank_that_stands_still_is_named_with_its_stack_and_all_begin_anew(supervised):
    code, _, _ = supervised.end("0:1:6:stuck", faults={"hang_after": HANG})
    assert code == 0
    (fault,) = supervised.told("fault")
    assert (fault["cause"], fault["rank"]) == ("hang", 1), "the one furthest behind"
    assert fault["why"] == "rank 1 told nothing for 3 seconds (faults.hang_after) after step 5"
    assert "in main" in (supervised.run / "logs/attempt-0-rank-1.log").read_text()
    assert supervised.told("lost")[0]["seconds"]["detection"] >= HANG


def test_a_rank_that_never_loads_is_a_hang_too(supervised):
    code, _, _ = supervised.end("0:1:-1:hang", faults={"hang_after": HANG, "start": HANG + 1})
    assert code == 0
    assert supervised.told("fault")[0]["why"] == (
        "rank 1 told nothing for 4 seconds (faults.start) before it had loaded"
    )


def test_where_all_wait_for_each_other_none_is_blamed(supervised):
    code, _, err = supervised.end("0:1:6:hang", faults={"hang_after": HANG})
    assert code == 0
    (fault,) = supervised.told("fault")
    assert (fault["cause"], fault["rank"], fault["step"]) == ("hang", None, 6)
    why = "no rank told anything for 3 seconds (faults.hang_after) after step 6; their stacks are in"
    assert fault["why"] == f"{why} {supervised.run}/logs" and why in err


def test_a_slow_rank_is_named_once_with_its_ratio(supervised):
    supervised.end("*:2:0:slow", steps=40, nproc=3)
    (named,) = supervised.told("straggler")
    assert (named["rank"], named["ratio"], named["seconds"], named["median"]) == (2, 5.0, 0.5, 0.1)
    assert named["host"]


def test_a_crash_at_the_same_place_each_time_ends_after_three_restarts_with_the_last_lines(supervised):
    code, _, err = supervised.end("*:1:3:crash")
    assert code == 3
    assert len(supervised.told("attempt")) == 4
    *_, first, _, last = err.splitlines()
    assert first == "  RuntimeError: the memory is on fire"
    assert last == "rank 1 ended with code 1; 3 restarts in a row brought no new step"


def test_when_all_restarts_are_used_up_it_says_which_field_allows_more(supervised):
    code, _, err = supervised.end("0:1:6:kill", "1:1:11:kill", faults={"restarts": 1})
    assert code == 3
    assert err.endswith("rank 1 was killed by SIGKILL; all 1 restarts (faults.restarts) are used up\n")


def test_a_rank_that_refuses_its_input_is_not_tried_again_and_its_sentence_is_shown(supervised):
    code, _, err = supervised.end("*:1:-1:refuse")
    assert code == 2
    assert "  error: shard 7 is of another length\n" in err
    assert len(supervised.told("attempt")) == 1 and not supervised.told("fault")


def test_a_command_that_does_not_exist_is_named(supervised):
    code, _, err = supervised.end(command=["no-such-program"], nproc=1, faults={"restarts": 0})
    assert code == 3
    assert "no-such-program: cannot be started (No such file or directory)" in err


def test_attempts_are_counted_through_all_commands_so_that_no_log_is_lost(supervised):
    supervised.end(steps=5, nproc=1)
    supervised.end(steps=10, nproc=1)
    assert [event["attempt"] for event in supervised.told("attempt")] == [0, 1]

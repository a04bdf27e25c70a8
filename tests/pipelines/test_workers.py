"""The pool outlives what tasks do to their processes: death, hanging, exceptions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from curate.errors import RunStopped
from pipelines import workers
from pipelines.workers import Pool, Task, TaskFailed

HERE = "tests.pipelines.deadly_tasks"
ROOT = Path(__file__).parents[2]
PATHED = {**os.environ, "PYTHONPATH": str(ROOT)}
SCRIPT = """
from pipelines.workers import Pool, Task
print("once")
pool = Pool(2)
tasks = [pool.submit(Task("tests.pipelines.deadly_tasks:says_who", None, 7, [])) for _ in range(4)]
assert [task.result() for task in tasks]
pool.close()
print("done")
"""


@pytest.fixture
def pool():
    pool = Pool(1)
    yield pool
    pool.close()


def task(name, folder, key=7) -> Task:
    return Task(f"{HERE}:{name}", None, key, [str(folder).encode()], str(folder / "quarantine.json"))


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_task_whose_process_dies_is_tried_again(pool, tmp_path):
    assert pool.submit(task("dies_once", tmp_path)).result() == [(7, b"done")]
    assert not (tmp_path / "quarantine.json").exists()


def test_a_row_at_which_two_processes_died_is_set_aside_and_the_rest_is_done(pool, tmp_path):
    found = pool.submit(task("dies_at_a_row", tmp_path)).result()
    assert [value for _, value in found] == [b"0", b"1", b"3", b"4"]
    aside = json.loads((tmp_path / "quarantine.json").read_text())
    assert list(aside) == ["2"] and aside["2"] == "process ended with -11"


def test_after_a_death_in_a_batch_its_rows_are_tried_one_by_one_and_the_culprits_alone_are_set_aside(pool, tmp_path):
    found = pool.submit(task("dies_in_a_batch", tmp_path)).result()
    assert [value for _, value in found] == [b"[0, 1, 2]", b"[3]", b"[6, 8]"]
    assert list(json.loads((tmp_path / "quarantine.json").read_text())) == ["4", "5", "7"]
    assert {path.name for path in tmp_path.glob("tried *")} == {"tried 3", "tried 6", "tried 8"}


def test_deaths_are_counted_anew_for_each_culprit_so_that_a_shard_may_hold_any_number(pool, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "ATTEMPTS", 4)
    pool.submit(task("dies_in_a_batch", tmp_path)).result()
    assert list(json.loads((tmp_path / "quarantine.json").read_text())) == ["4", "5", "7"]


def test_a_script_without_a_guard_is_run_once(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    for given, stdin in ([str(tmp_path / "script.py")], None), (["-"], SCRIPT):
        command = [sys.executable, *given]
        ran = subprocess.run(command, input=stdin, capture_output=True, text=True, check=True, cwd=ROOT, env=PATHED)
        assert ran.stdout.split() == ["once", "done"]


def test_the_first_verdict_on_a_row_stands(pool, tmp_path):
    workers._put_in_quarantine(task("dies_at_a_row", tmp_path), workers.ChildDied(2, "the first"))
    workers._put_in_quarantine(task("dies_at_a_row", tmp_path), workers.ChildDied(2, "the second"))
    assert json.loads((tmp_path / "quarantine.json").read_text()) == {"2": "the first"}


def test_a_hung_task_is_ended_and_its_row_set_aside(pool, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 1.0)
    found = pool.submit(task("hangs_at_a_row", tmp_path)).result()
    assert [value for _, value in found] == [b"0", b"1", b"3", b"4"]
    assert json.loads((tmp_path / "quarantine.json").read_text()) == {"2": "no sign of life for 1 s"}


def test_a_task_that_dies_before_any_row_fails_after_so_many_attempts(pool, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "ATTEMPTS", 2)
    with pytest.raises(TaskFailed, match=r"died 2 times, last before any row \(process ended with -9\)") as failed:
        pool.submit(task("dies_before_the_first_row", tmp_path)).result()
    assert isinstance(failed.value.cause, RunStopped)  # told in a sentence
    assert not (tmp_path / "quarantine.json").exists()


def test_an_exception_comes_back_with_its_traceback_and_itself(pool, tmp_path):
    with pytest.raises(TaskFailed, match="ValueError: no task 7") as failed:
        pool.submit(task("raises", tmp_path)).result()
    assert "deadly_tasks.py" in failed.value.report and isinstance(failed.value.cause, ValueError)


def test_an_exception_that_cannot_be_pickled_comes_back_as_its_traceback(pool, tmp_path):
    with pytest.raises(TaskFailed, match="from far away") as failed:
        pool.submit(task("raises_what_no_pickle_holds", tmp_path)).result()
    assert failed.value.cause is None


def test_a_slot_keeps_its_process_from_task_to_task_and_after_an_exception(pool, tmp_path):
    first = pool.submit(task("says_who", tmp_path)).result()
    with pytest.raises(TaskFailed):
        pool.submit(task("raises", tmp_path)).result()
    assert pool.submit(task("says_who", tmp_path)).result() == first


def test_a_closed_pool_leaves_no_process(tmp_path):
    pool = Pool(2)
    futures = [pool.submit(task("says_who", tmp_path, key)) for key in range(4)]
    seen = {int(value) for future in futures for _, value in future.result()}
    assert os.getpid() not in seen and all(alive(pid) for pid in seen)
    pool.close()
    assert not any(alive(pid) for pid in seen)


def test_the_peak_of_a_task_is_its_own_and_not_that_of_a_larger_one_before_it(pool, tmp_path):
    peaks = []
    for size in (0, 200_000_000, 0):
        pool.forget_spent()
        pool.submit(task("fills_memory", tmp_path, size)).result()
        peaks.append(pool.spent().peak_bytes)
    small, large, again = peaks
    assert 190_000_000 < large - small < 300_000_000
    assert again < large - 150_000_000

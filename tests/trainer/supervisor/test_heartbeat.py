import json
import os
import subprocess
import sys

from trainer.supervisor.heartbeat import LEAST_STEPS, Beats, Heartbeat, file


def test_the_supervisor_reads_what_the_rank_has_told(tmp_path):
    beats = Beats(tmp_path, [0, 1], 0, now=100.0)
    assert (beats.step, beats.loaded, beats.begun) == (None, None, False)
    hearts = [Heartbeat(tmp_path, rank) for rank in range(2)]
    assert beats.look(101.0) and beats.begun and beats.step is None
    hearts[0].loaded(40)
    hearts[0].beat(41, 0.5)
    assert beats.look(102.0)
    assert (beats.step, beats.loaded, beats.last[0].pid) == (41, 40, os.getpid())
    assert not beats.look(103.0), "nothing new was told"
    for heart in hearts:
        heart.close()


def test_silence_is_measured_by_the_readers_clock_and_those_furthest_behind_come_first(tmp_path):
    beats = Beats(tmp_path, [0, 1, 2], 0, now=0.0)
    for rank, step in ((0, 8), (1, 7)):
        heart = Heartbeat(tmp_path, rank)
        heart.beat(step, 0.1)
        heart.close()
    beats.look(10.0)
    assert beats.silent([0, 1, 2], lambda _: 5.0, now=10.0) == [2]
    assert beats.silent([0, 1, 2], lambda _: 5.0, now=15.1) == [2, 1, 0]
    assert beats.silent([0, 1], lambda _: 5.0, now=15.0) == [], "not longer than asked"


def test_beats_of_an_earlier_attempt_do_not_count(tmp_path, monkeypatch):
    Heartbeat(tmp_path, 0).close()
    beats = Beats(tmp_path, [0], 1, now=0.0)
    assert not file(tmp_path, 0).exists()
    Heartbeat(tmp_path, 0).close()  # of a rank that does not yet know that it is dead
    assert not beats.look(1.0)
    monkeypatch.setenv("CURATE_ATTEMPT", "1")
    Heartbeat(tmp_path, 0).close()
    assert beats.look(2.0)


def test_a_record_that_is_cut_short_or_of_something_else_is_passed_over(tmp_path):
    beats = Beats(tmp_path, [0], 0, now=0.0)
    Heartbeat(tmp_path, 0).close()
    whole = file(tmp_path, 0).read_bytes()
    for broken in (b"", whole[:40], b"[]", b'{"rank": 0}', b"\xff" * 256, json.dumps({"a": 1}).encode()):
        file(tmp_path, 0).write_bytes(broken)
        assert not beats.look(1.0)
    file(tmp_path, 0).write_bytes(whole)
    assert beats.look(1.0)


def test_a_record_has_the_same_size_whatever_it_tells(tmp_path):
    heart = Heartbeat(tmp_path, 99_999)
    sizes = set()
    for step, work in ((1, 0.1), (10**9, 1e-300), (10**12, 1 / 3)):
        heart.loaded(step)
        heart.beat(step, work)
        sizes.add(file(tmp_path, 99_999).stat().st_size)
        json.loads(file(tmp_path, 99_999).read_bytes())
    assert len(sizes) == 1
    heart.close()


def test_work_is_the_median_of_recent_steps_once_there_are_enough(tmp_path):
    beats, heart = Beats(tmp_path, [0], 0, now=0.0), Heartbeat(tmp_path, 0)
    for step in range(1, LEAST_STEPS):
        heart.beat(step, 9.0)
    beats.look(1.0)
    assert beats.work() == {}
    for step in range(LEAST_STEPS, 40):
        heart.beat(step, 0.25 if step % 8 else 60.0)
    beats.look(2.0)
    assert beats.work() == {0: 0.25}
    heart.close()


def test_neither_side_imports_torch():
    code = "import sys, trainer.supervisor.heartbeat, trainer.supervisor.supervise; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_rank_without_stderr_beats_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "__stderr__", None)
    monkeypatch.setattr(sys, "stderr", None)
    beating = Heartbeat(tmp_path, 0)
    beating.loaded(3)
    beating.close()
    assert json.loads(file(tmp_path, 0).read_text())["step"] == 3

"""What a run tells: every phase begins and ends in the log, updates are not a flood, JSON lines are JSON."""

import io
import json
import logging

import pytest

from pipelines import progress


def run_of(display: progress.Progress) -> None:
    display.skipped("shards", "nothing changed")
    with display.phase("extract", 10, "code changed") as phase:
        for done in range(1, 11):
            phase.update(done, done * 100, done * 1_000_000)
    display.note("report at corpus/report/index.html")


def test_plain_lines_begin_and_end_each_phase_and_are_no_flood():
    out = io.StringIO()
    run_of(progress.Lines(out))
    lines = out.getvalue().splitlines()
    assert lines[:2] == ["shards: stands (nothing changed)", "extract: 10 shards (code changed)"]
    assert lines[2].startswith("extract: 10/10 shards, 1,000 documents, ")
    assert lines[3:] == ["report at corpus/report/index.html"]


def test_each_update_is_a_line_when_enough_time_has_passed():
    out = io.StringIO()
    run_of(progress.Lines(out, every_seconds=0))
    assert sum("s left" in line for line in out.getvalue().splitlines()) == 10


@pytest.mark.parametrize("every_seconds", [0, 5])
def test_json_lines_are_one_object_each_and_carry_the_totals(every_seconds):
    out = io.StringIO()
    run_of(progress.JsonLines(out, every_seconds))
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [e["event"] for e in events if e["event"] != "progress"] == ["skipped", "start", "end", "note"]
    end = next(e for e in events if e["event"] == "end")
    assert (end["phase"], end["shards"], end["of"], end["documents"]) == ("extract", 10, 10, 1000)


def test_bars_leave_one_line_a_phase_and_take_text_with_brackets_as_it_is(capsys):
    display = progress.Bars()
    run_of(display)
    display.note("[/red] is no markup")
    said = capsys.readouterr().err
    assert "extract: 10/10 shards" in said
    assert "[/red] is no markup" in said


@pytest.mark.parametrize("make", [progress.Bars, lambda: progress.Lines(io.StringIO()), progress.Silent])
def test_an_error_inside_a_phase_comes_through(make):
    with pytest.raises(KeyError), make().phase("extract", 1):
        raise KeyError("x")


def test_a_repeated_update_changes_nothing_and_time_left_is_unknown_before_the_first_shard():
    state = progress.PhaseProgress("extract", 4)
    assert state.seconds_left is None
    state.update(2, 5, 7)
    state.update(2, 5, 7)
    assert (state.shards_done, state.documents, state.bytes) == (2, 5, 7)
    assert state.seconds_left == pytest.approx(state.seconds, abs=0.1)


def test_a_resumed_phase_reckons_its_time_left_by_the_shards_of_this_run():
    state = progress.PhaseProgress("extract", 10, shards_before=8)
    state.started -= 10
    state.update(9)
    assert state.seconds_left == pytest.approx(10, abs=1)


def test_warnings_and_what_beam_says_of_exceptions_are_not_shown(capsys):
    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        progress.quieten_logging()
        logging.warning("an import warns")
        logging.getLogger("apache_beam.runners").warning("retrying")
        logging.getLogger("apache_beam.runners").error("raised, and told by the command")
        logging.error("a library failed")
        assert capsys.readouterr().err == "root: a library failed\n"
    finally:
        logging.getLogger().handlers[:], level = before
        logging.getLogger().setLevel(level)

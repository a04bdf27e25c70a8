"""The demonstration's loop in small: every step's product, and what a second call leaves as it is."""

import json
import os

import pytest

import curate
from classifiers.demo.loop import JUDGED, KEEP_BEST, LICENCE, LINKED, Loop, Settings, quiet
from curate.cli.main import main
from curate.demo import make
from curate.errors import UserError

SMALL = Settings(
    documents=240,
    linked=80,
    fast=("epochs=5", "buckets=2000", "dimensions=4"),
    slow=("max_tokens=24", "overlap=2", "windows=1", "layers=1", "hidden=16", "heads=2", "vocabulary=300", "epochs=1"),
)


def here(command):
    """`curate ...` in this process."""
    alone = ("--workers", "1") if command[0] == "run" else ()  # in this process, which has loaded everything
    with pytest.raises(SystemExit) as stopped:
        main([*command, *alone])
    return int(stopped.value.code or 0)


def test_the_loop_ends_in_a_corpus_scored_by_its_own_models_and_stands_when_called_again(tmp_path, capsys):
    make(tmp_path / "input", scale=0.15)
    Loop(tmp_path, SMALL, here).run()
    record = json.loads((tmp_path / "labels" / JUDGED / "annotation.json").read_text())
    assert record["books"]["judged"] == record["books"]["sampled"] > 100
    cards = {name: json.loads((tmp_path / "models" / name / "card.json").read_text()) for name in (JUDGED, LINKED)}
    assert {name: card["kind"] for name, card in cards.items()} == {JUDGED: "cascade", LINKED: "fasttext"}
    assert {card["licence"] for card in cards.values()} == {LICENCE}
    assert len(list((tmp_path / "pages").glob("*.html"))) == 3
    web = curate.open(str(tmp_path / "corpus")).text().to_table().to_pylist()
    scores = [row[f"classifier.{JUDGED}"] for row in web if (row["group"], row["language"]) == ("web", "en")]
    assert scores and all(0 <= score <= 1 for score in scores)
    _stays(json.loads((tmp_path / "corpus" / "report" / "audit.json").read_text()))
    capsys.readouterr()
    Loop(tmp_path, SMALL, here)._models()
    assert capsys.readouterr().out.count(" stands") == 7


def _stays(audit):
    """About the share that was asked for, in every category; and the mix takes all of it."""
    cut = next(entry for entry in audit["classifiers"] if entry["task"] == JUDGED)
    assert abs(1 - cut["removed"] / cut["judged"] - KEEP_BEST) < 0.1
    assert cut["scored"] > cut["judged"] > 100  # mathematics is scored and not cut
    there = sorted(one["name"] for one in audit["categories"] if one["documents"])
    assert there == ["code", "general", "math", "multilingual"]
    mix = next(phase for phase in audit["funnel"] if phase["phase"] == "mix")
    assert mix["documents_kept"] == mix["documents_in"] > 80


def test_a_step_that_fails_ends_the_loop_in_a_sentence(tmp_path, capsys):
    with pytest.raises(UserError, match="exit code 3"):
        Loop(tmp_path, SMALL, lambda command: 3).run()


def test_small_models_are_trained_by_one_thread_unless_the_environment_says_otherwise(monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    quiet()
    assert os.environ["OMP_NUM_THREADS"] == "1"
    os.environ["OMP_NUM_THREADS"] = "4"
    quiet()
    assert os.environ["OMP_NUM_THREADS"] == "4"

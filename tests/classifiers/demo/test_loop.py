"""The demonstration's loop in small: every step's product, and what a second call leaves as it is."""

import json

import pytest

import curate
from classifiers.demo.loop import JUDGED, LINKED, Loop, Settings
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
    with pytest.raises(SystemExit) as stopped:
        main(command)
    return int(stopped.value.code or 0)


def test_the_loop_ends_in_a_corpus_scored_by_its_own_models_and_stands_when_called_again(tmp_path, capsys):
    make(tmp_path / "input", scale=0.3)
    Loop(tmp_path, SMALL, here).run()
    record = json.loads((tmp_path / "labels" / JUDGED / "annotation.json").read_text())
    assert record["books"]["judged"] == record["books"]["sampled"] > 100
    kinds = {
        name: json.loads((tmp_path / "models" / name / "card.json").read_text())["kind"] for name in (JUDGED, LINKED)
    }
    assert kinds == {JUDGED: "cascade", LINKED: "fasttext"}
    assert len(list((tmp_path / "pages").glob("*.html"))) == 3
    web = curate.open(str(tmp_path / "corpus")).text().to_table().to_pylist()
    scores = [row[f"classifier.{JUDGED}"] for row in web if row["group"] == "web"]
    assert scores and all(0 <= score <= 1 for score in scores)
    capsys.readouterr()
    Loop(tmp_path, SMALL, here)._models()
    assert capsys.readouterr().out.count(" stands") == 7


def test_a_step_that_fails_ends_the_loop_in_a_sentence(tmp_path, capsys):
    with pytest.raises(UserError, match="exit code 3"):
        Loop(tmp_path, SMALL, lambda command: 3).run()

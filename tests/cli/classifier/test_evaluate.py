"""`curate classifier evaluate` with a real model, through the front door."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from classifiers import labels as judged
from classifiers.fasttext.train import train
from curate.cli.classifier.app import app
from curate.model_card import write
from tests.classifiers.evaluate import worlds

TASK = """
name: useful
question: Is it useful?
scale: {0: 'no', 1: a little, 2: very}
positive: 2
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with useful.yaml, labels and a model that tells recipes from advertisements."""
    folder, draws, rows = tmp_path_factory.mktemp("model"), np.random.default_rng(0), []
    for n in range(600):
        useful = n % 3 == 0
        words = "whisk flour butter oven stir simmer" if useful else "buy now cheap offer click sale"
        told = " ".join(draws.choice(f"{words} the of and a it is".split(), 30))
        rows.append((told, "2" if useful else "0", f"site{n % 90}.example"))
    (folder / "useful.yaml").write_text(TASK)
    made = worlds.labels(worlds.TWO, rows)
    judged.write(made.table, str(folder / "labels"))
    train(
        worlds.TWO,
        made,
        str(folder / "model"),
        1,
        {"buckets": 1000, "dimensions": 8, "epochs": 5},
    )
    return folder


def run(folder, *more, out="page.html"):
    given = [str(folder / "model"), "--labels", str(folder / "labels"), "--task", str(folder / "useful.yaml")]
    return CliRunner().invoke(app, ["evaluate", *given, "-o", str(folder / out), *more])


def test_it_prints_a_short_table_and_writes_the_page_and_its_figures(trained):
    told = run(trained)
    assert told.exit_code == 0, told.output
    assert "AUC                  1.000 (too few keys: 5)" in told.output and "length alone" in told.output
    assert "better than these?" in told.output and "(at random 0." in told.output
    assert f"{trained}/page.html (and {trained}/page.json)" in told.output
    figures = json.loads((trained / "page.json").read_text())
    assert figures["auc"]["value"] == 1
    assert figures["notes"][0] == "35 documents of 5 keys are few: mind the intervals."
    assert (trained / "page.html").read_text().startswith("<!DOCTYPE html>")


def test_of_a_cascade_its_two_models_are_evaluated(trained, tmp_path):
    write(worlds.card(worlds.TWO, kind="cascade"), str(tmp_path))
    told = CliRunner().invoke(app, ["evaluate", str(tmp_path), "--labels", str(trained / "labels"), "-o", "x.html"])
    assert (
        told.exit_code and "is a cascade; evaluate" in str(told.exception) and "slow in it apart" in str(told.exception)
    )


@pytest.mark.parametrize(
    ("more", "out", "said"),
    [
        ([], "page", "its name ends in .html"),
        (["--all"], "page.html", "are those that the model was trained on"),
        (["--bias", "nowhere.csv"], "page.html", "nowhere.csv"),
        (["--task", "nowhere.yaml"], "page.html", "nowhere.yaml"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(trained, more, out, said):
    told = run(trained, *more, out=out)
    assert told.exit_code and said in str(told.exception)


def test_of_a_users_own_task_the_option_for_its_file_is_named(trained):
    given = ["evaluate", str(trained / "model"), "--labels", str(trained / "labels"), "-o", str(trained / "own.html")]
    assert "--task FILE.yaml" in str(CliRunner().invoke(app, given).exception)


def test_a_page_whose_figures_would_replace_another_file_is_refused(trained):
    (trained / "notes.json").write_text('{"mine": 1}')
    told = run(trained, out="notes.html")
    assert told.exit_code and "notes.json: is no evaluation" in str(told.exception)
    assert json.loads((trained / "notes.json").read_text()) == {"mine": 1}

"""fastText trained by key: what is in the folder, the same bytes again, and what is refused."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from classifiers import labels
from classifiers.fasttext import library, settings
from classifiers.fasttext import train as training
from classifiers.fasttext.train import train
from classifiers.scorer import load, scores
from curate import model_card
from tests.classifiers.fasttext.made import TASK, TOPICS, made

SMALL = {"dimensions": 4, "buckets": 2_000, "epochs": 20}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = str(tmp_path_factory.mktemp("models") / "cooking")
    train(TASK, made(), out, 1, SMALL, "CC0-1.0")
    return out


def digest(folder):
    with open(os.path.join(folder, "model.bin"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def test_a_folder_holds_the_model_and_a_card_that_tells_of_it(folder):
    card = model_card.read(folder)
    assert sorted(os.listdir(folder)) == ["card.json", "model.bin"]
    assert (card.kind, card.classes, card.positive, card.licence) == ("fasttext", ("no", "yes"), "yes", "CC0-1.0")
    assert (card.data["rows"], card.data["keys"], card.data["digest"]) == (600, 60, made().digest)
    assert card.metrics["auc"] > 0.85 and card.metrics["documents"] < 200
    assert card.settings["tried"][str(card.settings["epochs"])] == max(card.settings["tried"].values())
    assert card.calibration["kind"] == "isotonic" and set(card.thresholds) == {"yield", "precision"}
    assert card.libraries["fasttext-numpy2"]


def test_the_model_tells_and_says_nothing_of_nothing(folder):
    found = scores(load(folder), pa.array(["flour, butter and dough\ninto the oven", "piston valve", "", " \n", None]))
    assert found.thousandths[0] > 600 > 400 > found.thousandths[1]
    assert found.thousandths[2:].tolist() == [0, 0, 0] and found.best.tolist() == [1, 0, 0, 0, 0]


def test_the_same_labels_and_seed_are_the_same_bytes_and_another_seed_is_not(folder, tmp_path):
    again, other = str(tmp_path / "again"), str(tmp_path / "other")
    train(TASK, made(), again, 1, SMALL, "CC0-1.0")
    train(TASK, made(), other, 2, SMALL, "CC0-1.0")
    assert digest(again) == digest(folder) != digest(other)
    assert model_card.digest(again) == model_card.digest(folder)


def test_several_classes_rare_ones_among_them(tmp_path):
    card = train(TOPICS, made(TOPICS, 900, rare=0.1), str(tmp_path / "topic"), 0, SMALL)
    assert (card.classes, card.positive, card.licence) == (("food", "engines", "music"), None, "not stated")
    assert card.metrics["macro_f1"] > 0.6 and card.calibration["kind"] == "temperature"
    found = scores(load(str(tmp_path / "topic")), pa.array(["dough onion salt", "violin choir sonata", ""]))
    assert found.best.tolist() == [0, 2, 0]
    assert found.thousandths[2] == 333


def test_a_model_replaces_the_one_before(tmp_path):
    out = str(tmp_path / "cooking")
    train(TASK, made(), out, 0, {**SMALL, "epochs": 5})
    before = digest(out)
    card = train(TASK, made(seed=1), out, 0, {**SMALL, "epochs": 5})
    assert digest(out) == card.files["model.bin"] != before
    assert load(out).card == card


def test_a_model_of_another_task_is_not_replaced(tmp_path):
    other = replace(training._without_figures(TASK, 0, settings.of({})), task="adult", licence="MIT")
    model_card.write(other, str(tmp_path))
    with pytest.raises(ValueError, match="holds a model of the task adult, not cooking"):
        train(TASK, made(), str(tmp_path), 0, SMALL)
    assert model_card.read(str(tmp_path)) == other


def test_a_folder_with_something_else_is_not_written_to(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ValueError, match="is not empty and holds no model; name another folder"):
        train(TASK, made(), str(tmp_path), 0, SMALL)


def test_what_a_killed_training_left_is_continued_and_a_file_of_another_tool_is_not(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"of another tool")
    with pytest.raises(ValueError, match="is not empty and holds no model; name another folder"):
        train(TASK, made(), str(tmp_path), 0, SMALL)
    (tmp_path / "card.json.new").write_bytes(b"{}")
    card = train(TASK, made(), str(tmp_path), 0, {**SMALL, "epochs": 5})
    assert sorted(os.listdir(tmp_path)) == ["card.json", "model.bin"] and load(str(tmp_path)).card == card


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"dimension": 3}, "setting dimension"),
        ({"epochs": "many"}, "setting epochs"),
        ({"shortest": 3, "longest": 2}, "n-grams of 3 to 2 characters are none"),
        ({"buckets": 0}, "n-grams need some"),
    ],
)
def test_wrong_settings_are_refused_in_a_sentence(tmp_path, given, why):
    with pytest.raises(ValueError, match=why):
        train(TASK, made(), str(tmp_path / "none"), 0, {**SMALL, **given})
    assert not (tmp_path / "none").exists()


def test_a_package_that_only_predicts_is_told_with_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "fasttext").mkdir()
    (tmp_path / "fasttext" / "__init__.py").write_text("def load_model(path): ...\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(
        ValueError,
        match=r"can only predict; this needs the extra: pip install 'curate-corpus\[classifiers\]' .* fasttext-numpy2$",
    ):
        library.train("lines.txt", "model.bin", settings.of({}), 5, 0)


@pytest.mark.parametrize(
    ("code", "last", "why"),
    [
        (1, "RuntimeError: Encountered NaN.", "numbers became infinite; try --set learning_rate=0.1"),
        (-9, "", "was ended by signal 9; is there memory for the settings buckets and dimensions"),
        (1, "MemoryError: std::bad_alloc", "library failed: MemoryError: std::bad_alloc"),
    ],
)
def test_a_training_that_fails_is_told_in_a_sentence(monkeypatch, code, last, why):
    ended = subprocess.CompletedProcess([], code, "", f"Traceback:\n{last}\n")
    monkeypatch.setattr(library.subprocess, "run", lambda *_, **__: ended)
    with pytest.raises(ValueError, match=why):
        library.train("lines.txt", "model.bin", settings.of({}), 5, 0)


@pytest.mark.parametrize(
    ("worths", "epochs", "tried"),
    [((0.72, 0.70, 0.87, 0.89), 40, 4), ((0.9, 0.9, 0.8, 1.0), 5, 3), ((0.7, 0.8, 0.7, 0.8), 10, 4)],
)
def test_trying_ends_when_two_in_a_row_are_no_better(worths, epochs, tried, monkeypatch, tmp_path):
    given = iter(worths)
    monkeypatch.setattr(training.library, "train", lambda *_: None)
    monkeypatch.setattr(training.fasttext_model, "read", lambda _: None)
    monkeypatch.setattr(training, "FastText", lambda *_: None)
    monkeypatch.setattr(training, "worth", lambda *_: next(given))
    found = training.fit(made(), made(), settings.of({}), 0, str(tmp_path))
    assert (found.epochs, len(found.tried)) == (epochs, tried)


def test_epochs_are_tried_in_doubles_up_to_the_most():
    assert settings.of({"epochs": 30}).tried == [5, 10, 20, 30]
    assert settings.of({"epochs": "5"}).tried == [5] and settings.of({"epochs": 3}).tried == [3]


def test_keys_that_judge_are_not_learnt_from(tmp_path):
    """Labels that a key gives away and no word does: where keys are kept apart, there is nothing to know."""
    given = made(count=1_500, keys=150)
    texts = [f"{key} some words of {n % 7}" for n, key in enumerate(given.keys)]
    by_key = {key: str(int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2) for key in given.keys}
    table = given.table.set_column(1, given.table.schema.field("text"), pa.array(texts))
    table = table.set_column(2, table.schema.field("answer"), pa.array([by_key[key] for key in given.keys]))
    card = train(TASK, labels.of(table, TASK), str(tmp_path / "m"), 0, {**SMALL, "word_ngrams": 1, "epochs": 20})
    assert card.metrics["auc"] == pytest.approx(0.5, abs=0.3)
    assert np.isfinite(card.metrics["auc"])

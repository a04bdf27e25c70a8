"""`curate classifier train`, as a user meets it."""

import json

import pytest

from classifiers import labels
from classifiers.scorer import load
from tests.classifiers.fasttext.made import TASK, TOPICS, made
from tests.cli.ran import ran

FILE = """
name: {name}
question: What is it about?
{answers}
"""


@pytest.fixture
def task(tmp_path):
    file = tmp_path / "cooking.yaml"
    file.write_text(FILE.format(name="cooking", answers="scale: {0: no, 1: yes}\npositive: 1"))
    return str(file)


def said(capsys, *arguments):
    return ran(capsys, "classifier", "train", *arguments)


SMALL = ("--set", "epochs=5", "--set", "dimensions=4", "--set", "buckets=1000")


def test_fasttext_is_trained_and_its_figures_are_told(task, tmp_path, capsys):
    labels.write(made().table, str(tmp_path / "labels"))
    asked = [task, "--labels", tmp_path / "labels", "--kind", "fasttext", "-o", tmp_path / "model", *SMALL]
    code, out, _ = said(capsys, *asked, "--seed", 1, "--licence", "CC0-1.0")
    assert code == 0
    card = load(str(tmp_path / "model")).card
    assert (card.seed, card.licence, card.settings["dimensions"]) == (1, "CC0-1.0", 4)
    assert "600 documents of 60 keys" in out
    assert (
        f"AUC {card.metrics['auc']:.3f} (too few keys: {card.metrics['keys']})\n" in out and "precision  recall" in out
    )
    assert f"note: {card.metrics['documents']} documents of {card.metrics['keys']} keys are few" in out
    assert "in all" not in out
    assert f"{card.metrics['documents']:,} documents of {card.metrics['keys']} keys that it has not seen" in out


def test_few_keys_in_all_are_noted_with_what_labels_may_do(task, tmp_path, capsys):
    given = made()
    rows = [{**row, "key": f"k{n % 29}"} for n, row in enumerate(given.table.select(["text", "answer"]).to_pylist())]
    (tmp_path / "judged.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked = [task, "--labels", tmp_path / "judged.jsonl", "--kind", "fasttext", "-o", tmp_path / "model", *SMALL]
    code, out, _ = said(capsys, *asked)
    assert code == 0 and "  note: 29 keys in all are few" in out and "may set `key` to the url" in out


def test_an_auc_is_told_in_the_words_of_an_evaluation():
    from types import SimpleNamespace

    from curate.cli.classifier.train import figures

    told = {
        "documents": 400,
        "keys": 40,
        "auc": 1.0,
        "auc_interval": [1.0, 1.0],
        "by_yield": [],
        "calibration_error": 0,
    }
    lines = figures(SimpleNamespace(kind="fasttext", task="t", multi=False, metrics=told), "m", 400)
    assert "  AUC 1.000 (no error seen)" in lines and not any("note" in line for line in lines)


def test_several_classes_from_jsonl_are_told_by_class(tmp_path, capsys):
    answers = "classes: {" + ", ".join(f"{name}: about {name}" for name in TOPICS.names) + "}"
    (tmp_path / "topic.yaml").write_text(FILE.format(name="topic", answers=answers))
    rows = made(TOPICS).table.select(["text", "answer", "key"]).to_pylist()
    (tmp_path / "judged.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked = [tmp_path / "topic.yaml", "--labels", tmp_path / "judged.jsonl", "--kind", "fasttext"]
    code, out, _ = said(capsys, *asked, "-o", tmp_path / "model", *SMALL)
    assert code == 0 and "accuracy" in out
    assert all(f"{name:24} F1 " in out for name in TOPICS.names)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--kind", "fasttext", "--set", "epochs"), "--set epochs: is written name=value, such as --set epochs=5"),
        (("--kind", "fasttext", "--set", "epoch=5"), "setting epoch: "),
        (("--kind", "fasttext", "--base", "scratch"), "--base and --device are for distilroberta"),
    ],
)
def test_wrong_usage_is_a_sentence_and_exit_code_2(task, tmp_path, capsys, more, why):
    labels.write(made().table, str(tmp_path / "labels"))
    code, _, err = said(capsys, task, "--labels", tmp_path / "labels", "-o", tmp_path / "model", *more)
    assert code == 2 and why in err and "Traceback" not in err
    assert not (tmp_path / "model").exists()


def test_labels_without_one_class_are_refused(task, tmp_path, capsys):
    given = made()
    labels.write(given.take((given.classes == 0).nonzero()[0]).table, str(tmp_path / "labels"))
    asked = [task, "--labels", tmp_path / "labels", "--kind", "fasttext", "-o", tmp_path / "model"]
    code, _, err = said(capsys, *asked)
    assert code == 2 and "task cooking: no document was judged 'yes'" in err


def test_the_task_of_the_tests_is_the_file(task):
    from classifiers.task import load as read

    assert read(task).names == TASK.names


@pytest.mark.parametrize("place", ["taken", "taken/below"])
def test_a_place_where_no_folder_can_be_is_refused_before_training(task, tmp_path, capsys, place):
    labels.write(made().table, str(tmp_path / "labels"))
    (tmp_path / "taken").write_text("a file")
    asked = [task, "--labels", tmp_path / "labels", "--kind", "fasttext", "-o", tmp_path / place]
    code, out, err = said(capsys, *asked)
    assert code == 2 and out == "" and "taken is a file; name another folder" in err


def test_help_has_every_setting_with_the_default_that_training_takes(capsys):
    from classifiers.distilroberta import settings as transformer
    from classifiers.fasttext import settings as fasttext

    code, out, _ = said(capsys, "--help")
    said_of = out.rpartition("and the defaults:")[2]
    parts = said_of.replace("distilroberta ", "|").replace("from scratch ", "|").replace("fasttext ", "|").split("|")
    told = [dict(one.strip().split("=") for one in " ".join(part.split()).split(",")) for part in parts[1:]]
    assert (
        code == 0 and fasttext.of(told[0]) == fasttext.of(None) and set(told[0]) == set(fasttext.Settings.model_fields)
    )
    assert transformer.of(told[1], scratch=False) == transformer.of(None, scratch=False)
    assert transformer.of({**told[1], **told[2]}, scratch=True) == transformer.of(None, scratch=True)
    assert {*told[1], *told[2]} == set(transformer.Settings.model_fields)

"""A cascade's folder out of two models that stand for any: each scores a text by the number that is written in it."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from classifiers import labels, splits
from classifiers.cascade import Joint, build, folder
from classifiers.task import Task
from curate import model_card
from curate.cli.main import app
from curate.model_card import Card

TASK = Task(name="numbers", question="Is it large?", scale={0: "small", 1: "large"}, positive="1")


def probabilities(card, texts):
    """`fast` reads the first number of a text, `slow` the second."""
    place = 0 if card.kind == "fasttext" else 1
    yes = np.array([int(text.split()[place]) / 1000 for text in texts.to_pylist()], np.float32)
    return np.stack([1 - yes, yes], axis=1)


@pytest.fixture(autouse=True)
def _numbers(monkeypatch):
    def load(path, device="auto"):
        card = model_card.read(str(path))
        return SimpleNamespace(card=card, probabilities=lambda texts: probabilities(card, texts))

    monkeypatch.setattr(folder, "load", load)


def model(path, kind, **more):
    path.mkdir(parents=True)
    (path / "weights.bin").write_bytes(kind.encode())
    files = {"weights.bin": model_card.sha256(str(path / "weights.bin"))}
    card = Card("numbers", kind, ("no", "yes"), "yes", files, "Apache-2.0", TASK.digest, 7, {}, {}, {})
    model_card.write(dataclasses.replace(card, **{"thresholds": {"yield": {"0.3": 700}}, **more}), str(path))
    return str(path)


def judged(n, seed=0):
    """Fast and slow differ little, and never by more than a hundred thousandths."""
    draws = np.random.Generator(np.random.PCG64(seed))
    slow = draws.integers(0, 1001, n)
    fast = np.clip(slow + draws.integers(-100, 101, n), 0, 1000)
    columns = {
        "text": [f"{f} {s}" for f, s in zip(fast, slow, strict=True)],
        "answer": ["1" if s > 500 else "0" for s in slow],
        "key": [f"host{i}" for i in range(n)],
    }
    return pa.table(columns)


@pytest.fixture
def made(tmp_path):
    import pyarrow.parquet as pq

    pq.write_table(judged(20_000), tmp_path / "labels.parquet")
    (tmp_path / "numbers.yaml").write_text(
        "question: Is it large?\nscale: {0: small, 1: large}\npositive: 1\n", encoding="utf-8"
    )
    fast, slow = model(tmp_path / "a", "fasttext"), model(tmp_path / "b", "distilroberta")
    return fast, slow, str(tmp_path / "labels.parquet"), str(tmp_path / "out")


def test_the_folder_holds_both_models_and_what_they_said_of_keys_that_neither_was_trained_on(made):
    fast, slow, path, out = made
    read = labels.read(path, TASK)
    card = build(fast, slow, read, out)
    assert model_card.read(out) == card and card.kind == "cascade"
    assert card.thresholds == {"yield": {"0.3": 700}}
    assert model_card.read(f"{out}/fast") == model_card.read(fast)
    assert model_card.read(f"{out}/slow") == model_card.read(slow)
    assert set(card.files) == {f"{part}/{name}" for part in ("fast", "slow") for name in ("weights.bin", "card.json")}
    held_out = splits.split(read.keys, 7) != splits.TRAIN
    seen = Joint.of_json(card.settings["joint"])
    assert seen.documents == card.data["rows"] == held_out.sum()
    expected = {tuple(map(int, text.split())) for text in read.take(np.flatnonzero(held_out)).texts.to_pylist()}
    assert {cell[:2] for cell in seen.cells} == expected
    there = card.metrics["keep_best 0.3"]
    assert 0.02 < there["sent"] < 0.2 and there["differing"] < there["bound"] <= 0.01


def test_a_copy_that_was_swapped_is_refused(made, tmp_path):
    fast, slow, path, out = made
    build(fast, slow, labels.read(path, TASK), out)
    (tmp_path / "out" / "slow" / "weights.bin").write_bytes(b"other")
    with pytest.raises(ValueError, match=r"slow/weights\.bin"):
        model_card.read(out)


def test_the_command_says_what_is_sent_and_how_often_decisions_agree(made, tmp_path):
    fast, slow, path, out = made
    arguments = [
        "classifier",
        "cascade",
        fast,
        slow,
        "--labels",
        path,
        "-o",
        out,
        "--task",
        str(tmp_path / "numbers.yaml"),
    ]
    said = CliRunner().invoke(app, arguments, obj={}, catch_exceptions=False).output
    assert "best 30% kept:" in said and "of decisions as with it on all" in said


def test_of_a_users_own_task_the_option_for_its_file_is_named(made):
    fast, slow, path, out = made
    said = CliRunner().invoke(app, ["classifier", "cascade", fast, slow, "--labels", path, "-o", out], obj={})
    assert f"{slow}: answers the task numbers" in str(said.exception) and "--task FILE.yaml" in str(said.exception)


def test_few_labels_are_told_and_everything_will_be_sent(made, tmp_path):
    fast, slow, _, out = made
    import pyarrow.parquet as pq

    pq.write_table(judged(200), tmp_path / "few.parquet")
    few = labels.read(str(tmp_path / "few.parquet"), TASK)
    card = build(fast, slow, few, out)
    assert card.metrics["keep_best 0.3"]["sent"] == 1


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"task": "others"}, "two models of one task"),
        ({"classes": ("a", "b", "c"), "positive": None}, "tells 3 classes apart"),
    ],
)
def test_models_that_do_not_go_together_are_refused(made, tmp_path, more, why):
    _, slow, path, out = made
    with pytest.raises(ValueError, match=why):
        build(model(tmp_path / "c", "fasttext", **more), slow, labels.read(path, TASK), out)


def test_labels_of_which_all_keys_were_trained_on_are_refused(made, tmp_path):
    fast, slow, _, out = made
    import pyarrow.parquet as pq

    table = judged(3000)
    kept = table.filter(pa.array(splits.split(table["key"].to_pylist(), 7) == splits.TRAIN))
    pq.write_table(kept, tmp_path / "trained.parquet")
    with pytest.raises(ValueError, match="train both with one seed"):
        build(fast, slow, labels.read(str(tmp_path / "trained.parquet"), TASK), out)


def test_nothing_else_is_written_over_and_what_was_killed_is_continued(made, tmp_path):
    fast, slow, path, out = made
    read = labels.read(path, TASK)
    for taken, said in ((fast, "holds weights.bin"), (str(tmp_path), "holds a, and no cascade")):
        with pytest.raises(ValueError, match=said):
            build(fast, slow, read, taken)
    assert model_card.read(fast).kind == "fasttext"
    build(fast, slow, read, out)
    (tmp_path / "out" / "card.json").unlink()  # as when it was killed before its card was there
    assert build(fast, slow, read, out) == model_card.read(out)
    assert build(f"{out}/fast", f"{out}/slow", read, out) == model_card.read(out)


@pytest.mark.parametrize("agreement", ["0", "5", "nan"])
def test_an_agreement_that_is_no_share_is_refused_before_anything_is_written(made, tmp_path, agreement):
    fast, slow, path, out = made
    asked = ["classifier", "cascade", fast, slow, "--labels", path, "-o", out, "--agreement", agreement]
    told = CliRunner().invoke(app, [*asked, "--task", str(tmp_path / "numbers.yaml")], obj={})
    assert told.exit_code and "is a share above 0" in str(told.exception) and not (tmp_path / "out").exists()

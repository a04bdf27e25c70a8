"""Training: a planted rule is learnt, the folder says what it is, and the same seed gives the same bytes."""

import json
import os
import random

import numpy as np
import pyarrow as pa
import pytest

from classifiers.distilroberta import loop
from classifiers.distilroberta.train import train
from classifiers.scorer import load
from classifiers.task import Task
from curate import model_card
from tests.classifiers.distilroberta.conftest import MATHS, OTHER, TASK, TINY, judged, planted

SHORT = {**TINY, "epochs": 1}


def quietly(given, out, task=TASK, **more):
    return train(task, given, str(out), device="cpu", tell=lambda line: None, **{"settings": SHORT, **more})


def test_a_planted_rule_is_learnt(trained):
    assert trained.card.metrics["auc"] > 0.95
    assert trained.card.metrics["training"]["validation_auc"] > 0.95


def test_the_card_says_what_the_model_is(trained):
    card = model_card.read(trained.folder)
    assert card == trained.card
    assert (card.kind, card.classes, card.positive) == ("distilroberta", ("no", "yes"), "yes")
    assert sorted(card.files) == ["config.json", "model.safetensors", "tokenizer.json"]
    assert sorted(os.listdir(trained.folder)) == ["card.json", *sorted(card.files)]
    assert card.base["name"] == "scratch" and len(card.base["digest"]) == 64
    assert card.data["digest"] == trained.labels.digest
    assert card.settings["pooling"].startswith("mean") and card.settings["layers"] == 1
    assert card.calibration["kind"] == "isotonic" and card.thresholds["yield"]


def test_progress_is_told_from_the_first_documents_to_each_epoch(trained):
    assert "documents (train, validation, test); a vocabulary of" in trained.told[0]
    assert [line.split(":")[0] for line in trained.told[1:3]] == ["epoch 1 of 6", "epoch 2 of 6"]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    given = planted(120)
    one, other, third = (quietly(given, tmp_path / name, seed=seed) for name, seed in (("a", 0), ("b", 0), ("c", 1)))
    assert one == other
    for name in one.files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert one.files["model.safetensors"] != third.files["model.safetensors"]


def test_training_leaves_the_random_numbers_of_its_caller_alone(tmp_path):
    import torch

    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    quietly(planted(80), tmp_path / "m")
    assert torch.equal(torch.rand(3), expected)


def test_a_vocabulary_is_of_the_training_documents_alone(tmp_path):
    from classifiers.sides import sides

    given = planted(120)
    rare = "xylophonist"
    texts = given.texts.to_pylist()
    held_out = set(sides(given, 0).test.table["uid"].to_pylist())
    texts = [f"{text} {rare} {rare} {rare}" if uid in held_out else text for uid, text in enumerate(texts)]
    quietly(judged(TASK, texts, given.table["answer"].to_pylist()), tmp_path / "m")
    vocabulary = json.loads((tmp_path / "m" / "tokenizer.json").read_text())["model"]["vocab"]
    assert not {"xy", "Ġx", "xylo"} & set(vocabulary) and "Ġtheorem" in vocabulary


def test_a_checkpoint_is_tuned_with_a_new_head_for_a_task_of_its_own(trained, tmp_path):
    task = Task(name="kind", question="Which?", classes={"maths": "m", "other": "o"}, positive="maths")
    given = planted(160, seed=1)
    answers = [("other", "maths")[k] for k in given.classes.tolist()]
    tuning = {"max_tokens": 32, "overlap": 4, "batch": 16, "learning_rate": 1e-3, "epochs": 3}
    given = judged(task, given.texts.to_pylist(), answers)
    card = quietly(given, tmp_path / "m", task, base=trained.folder, settings=tuning)
    digest = trained.card.files["model.safetensors"]
    assert card.base == {"name": "maths", "revision": "", "digest": digest}
    assert card.metrics["auc"] > 0.95 and "layers" not in card.settings
    assert card.files["tokenizer.json"] == trained.card.files["tokenizer.json"]
    p = load(str(tmp_path / "m"), "cpu").probabilities(
        pa.array(["theorem lemma proof axiom", "", "bread garden train"])
    )
    assert p.argmax(axis=1).tolist() == [0, 1, 1] and p[1].tolist() == [0, 1]


def test_several_classes_are_learnt_and_a_text_of_nothing_is_as_much_of_each(tmp_path):
    task = Task(name="topic", question="Which?", classes={"maths": "m", "other": "o", "sea": "s"})
    draws = random.Random(0)
    kinds = (MATHS, OTHER, ["whale", "tide", "reef", "harbour", "anchor"])
    texts = [" ".join(draws.choice(kinds[n % 3]) for _ in range(12)) for n in range(180)]
    given = judged(task, texts, [task.names[n % 3] for n in range(180)])
    card = quietly(given, tmp_path / "m", task, settings={**TINY, "hidden": 64, "learning_rate": 2e-3})
    assert card.positive is None and card.metrics["accuracy"] > 0.9 and card.calibration["kind"] == "temperature"
    p = load(str(tmp_path / "m"), "cpu").probabilities(pa.array(["", "theorem lemma proof", "reef whale anchor tide"]))
    assert np.allclose(p[0], 1 / 3) and p.argmax(axis=1).tolist() == [0, 0, 2]


def test_transformers_itself_reads_the_folder(trained):
    import torch
    from transformers import RobertaForSequenceClassification

    theirs = RobertaForSequenceClassification.from_pretrained(trained.folder, local_files_only=True)
    assert theirs.config.id2label == {0: "no", 1: "yes"}
    state = load(trained.folder, "cpu").reader.model.state_dict()
    mine = {name: value.float() for name, value in state.items()}
    name = "classifier.out_proj.bias"
    assert torch.equal(theirs.state_dict()[name], mine[name])


def test_balance_does_not_bend_probabilities(tmp_path):
    """With one document in eight positive, the mean probability is near an eighth, balanced or not."""
    all_of = planted(640)
    kept = np.array([n for n in range(640) if n % 2 == 0 or n % 14 == 1])
    for balance in (True, False):
        quietly(all_of.take(kept), tmp_path / "m", settings={**TINY, "epochs": 3, "balance": balance})
        p = load(str(tmp_path / "m"), "cpu").probabilities(all_of.take(kept).texts)[:, 1]
        assert abs(float(p.mean()) - 1 / 8) < 0.06


def test_a_model_takes_the_place_of_another_but_never_of_other_files(tmp_path):
    out = tmp_path / "models" / "maths"
    first = quietly(planted(80), out)
    second = quietly(planted(80), out, seed=1)
    assert model_card.read(str(out)) == second != first
    assert os.listdir(tmp_path / "models") == ["maths"]
    with pytest.raises(ValueError, match=f"holds a model of the task {TASK.name}, not poetry"):
        quietly(planted(80), out, TASK.model_copy(update={"name": "poetry"}))
    assert model_card.read(str(out)) == second
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match="notes: is not empty and holds no model; name another folder"):
        quietly(planted(80), notes)
    assert os.listdir(notes) == ["thesis.txt"]


def test_training_that_fails_leaves_no_folder(tmp_path, monkeypatch):
    logits = loop.logits
    monkeypatch.setattr(loop, "logits", lambda *given: logits(*given) * float("nan"))
    with pytest.raises(ValueError, match=r"the loss is no number in epoch 1; set learning_rate below 0\.005"):
        quietly(planted(80), tmp_path / "m")
    assert not os.listdir(tmp_path)


def test_documents_without_text_teach_nothing_and_are_judged_all_the_same(tmp_path):
    given = planted(120)
    texts = given.texts.to_pylist()
    texts[::5] = ["", " \n"] * 12
    card = quietly(judged(TASK, texts, given.table["answer"].to_pylist()), tmp_path / "m")
    assert card.data["rows"] == 120
    with pytest.raises(ValueError, match=r"task maths: .* documents of a split, and none has text"):
        quietly(judged(TASK, [" "] * 120, given.table["answer"].to_pylist()), tmp_path / "m")


def test_labels_of_one_class_are_refused_before_training(tmp_path):
    one = planted(80)
    with pytest.raises(ValueError, match="no document was judged 'yes'"):
        quietly(one.take(np.flatnonzero(one.classes == 0)), tmp_path / "m")


def test_training_ends_when_epochs_get_no_better_and_keeps_the_weights_of_the_best(tmp_path, monkeypatch):
    worth, states = {1: 0.7, 2: 0.9, 3: 0.8, 4: 1.0}, {}

    def judged_as_said(reader, validation, weights, number):
        states[number] = {name: value.clone() for name, value in reader.model.state_dict().items()}
        return loop.Epoch(number, worth[number], 0.5)

    monkeypatch.setattr(loop, "_judged", judged_as_said)
    patient = {**TINY, "epochs": 4, "patience": 1, "balance": False}
    told = quietly(planted(80), tmp_path / "m", settings=patient).metrics["training"]
    assert (told["epochs"], told["best_epoch"], told["validation_auc"]) == (3, 2, 0.9)
    kept = load(str(tmp_path / "m"), "cpu").reader.model.state_dict()
    off = {
        n: max(float((kept[name].float() - state[name]).abs().max()) for name in kept) for n, state in states.items()
    }
    assert sorted(off) == [1, 2, 3] and off[2] < 0.001 < min(off[1], off[3])  # read as bf16 where that is faster

"""Without the extra `classifiers`: one sentence that says what to install, and never a defect."""

import pytest
import yaml

from classifiers.scorer import load
from classifiers.task import load as load_task
from curate import extra, model_card
from curate.cli.main import main
from curate.model_card import Card
from curate.recipe import load as load_recipe

SENTENCE = (
    "this needs the extra: pip install 'curate-corpus[classifiers]' "
    "(in a clone: .venv/bin/pip install -c constraints.txt -e '.[classifiers]')"
)


@pytest.fixture
def without(monkeypatch):
    """Call it with modules that are not to be found; all of the others are there, installed or not."""
    return lambda *names: monkeypatch.setattr(extra, "find_spec", lambda name: None if name in names else name)


def said(capsys, *arguments):
    code = 0
    try:
        main([str(one) for one in arguments])
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def model(folder, kind):
    """A folder with a card; a cascade's parts have theirs."""
    for part, of in (("fast", "fasttext"), ("slow", "distilroberta")) if kind == "cascade" else ():
        model(folder / part, of)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in ("model.bin", "config.json", "model.safetensors", "tokenizer.json") if kind != "cascade" else ():
        (folder / name).write_text("weights")
        files[name] = model_card.sha256(str(folder / name))
    card = Card("quality", kind, ("no", "yes"), "yes", files, "MIT", load_task("quality").digest, 0, {}, {}, {})
    model_card.write(card, str(folder))
    return str(folder)


def recipe(tmp_path, kind):
    (tmp_path / "data.jsonl").write_text('{"text": "a few words"}\n')
    entry = {"task": "quality", "model": model(tmp_path / "model", kind)}
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump({"sources": [{"paths": [str(tmp_path / "data.jsonl")]}], "classifiers": [entry]}))
    return path


@pytest.mark.parametrize(
    ("kind", "lacking", "told"),
    [
        ("distilroberta", ("torch", "scipy"), "torch, scipy are not installed"),
        ("distilroberta", ("safetensors",), "safetensors is not installed"),
        ("fasttext", ("scipy", "torch"), "scipy is not installed"),
    ],
)
def test_training_says_so_before_it_reads_labels(without, tmp_path, capsys, kind, lacking, told):
    without(*lacking)
    command = ["classifier", "train", "quality", "--labels", "nowhere", "--kind", kind, "-o", tmp_path / "model"]
    assert said(capsys, *command) == (2, "", f"curate: --kind {kind}: {told}; {SENTENCE}\n")


def test_training_fasttext_needs_no_pytorch(without):
    without("torch", "transformers", "safetensors")
    extra.require_to_train("fasttext")


def test_a_transformer_is_not_evaluated(without, tmp_path, capsys):
    without("torch")
    (tmp_path / "labels.jsonl").write_text('{"text": "a", "answer": "1", "key": "k"}\n')
    folder = model(tmp_path / "model", "distilroberta")
    command = ["classifier", "evaluate", folder, "--labels", tmp_path / "labels.jsonl", "-o", tmp_path / "page.html"]
    told = f"curate: {folder}: is a transformer, and torch is not installed; {SENTENCE}\n"
    assert said(capsys, *command) == (2, "", told)
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("kind", ["distilroberta", "cascade"])
def test_a_run_stops_before_it_makes_a_folder(without, tmp_path, capsys, kind):
    without("torch", "transformers", "safetensors")
    code, out, err = said(capsys, "run", recipe(tmp_path, kind), "-o", tmp_path / "corpus")
    assert (code, out) == (2, "") and not (tmp_path / "corpus").exists()
    assert f"model: is a transformer, and torch, transformers, safetensors are not installed; {SENTENCE}" in err


@pytest.mark.parametrize("kind", ["distilroberta", "cascade"])
def test_the_check_of_a_recipe_warns(without, tmp_path, capsys, kind):
    path = recipe(tmp_path, kind)
    without("torch")
    code, out, _ = said(capsys, "recipe", "check", path)
    assert code == 0 and f"! {tmp_path}/model: is a transformer, and torch is not installed; {SENTENCE}\n" in out
    without()
    assert "extra" not in said(capsys, "recipe", "check", path)[1]


def test_scoring_with_fasttext_needs_no_extra(without, tmp_path):
    without("torch", "transformers", "safetensors", "scipy", "fasttext")
    assert extra.missing(load_recipe(str(recipe(tmp_path, "fasttext"))).classifiers) == []
    with pytest.raises(ValueError, match=r"model\.bin"):  # read as a model, which it is not
        load(str(tmp_path / "model"))


def test_a_card_that_cannot_be_read_is_left_to_who_checks_cards(without, tmp_path):
    given = load_recipe(str(recipe(tmp_path, "cascade"))).classifiers
    without("torch")
    (tmp_path / "model" / "slow" / "card.json").write_text("{}")
    assert extra.missing(given) == []

"""`curate models`, as a user meets it."""

import json

import pytest

from curate import model_card
from curate.model_card import Card
from tests.cli.ran import ran


def said(capsys, *arguments):
    code, out, err = ran(capsys, "models", *arguments)
    return code, " ".join(out.split()), " ".join(err.split())


@pytest.fixture
def built(tmp_path):
    """A model's folder below `models`, with a part that is a model too."""
    folder = tmp_path / "models" / "reasoning"
    for place in (folder, folder / "fast"):
        place.mkdir(parents=True)
        (place / "model.bin").write_bytes(b"weights")
        files = {"model.bin": model_card.sha256(str(place / "model.bin"))}
        metrics = {"auc": 0.9876}
        card = Card("reasoning", "fasttext", ("no", "yes"), "yes", files, "Apache-2.0", "t", 0, {}, {}, metrics)
        model_card.write(card, str(place))
    return folder


def test_list_names_what_is_known_and_what_was_built_here(built, capsys):
    code, out, _ = said(capsys, "list", built.parent)
    assert code == 0 and "CC-BY-SA-3.0" in out and "distilbert/distilroberta-base" in out
    assert f"{built.as_posix()} task reasoning, fasttext, AUC 0.988; Apache-2.0, digest" in out
    assert "reasoning/fast" not in out


def test_check_is_right_until_a_file_changes(built, capsys):
    code, out, _ = said(capsys, "check", built.parent)
    assert code == 0 and f"right {built.as_posix()} reasoning, fasttext" in out and "lid.176.ftz" in out
    (built / "model.bin").write_bytes(b"other")
    code, out, err = said(capsys, "check", built)
    assert code == 2 and "is not the file that card.json names" in out and "1 of 2 models is not" in err


def test_what_is_no_model_and_a_name_that_is_unknown_are_told_in_a_sentence(tmp_path, capsys):
    code, out, _ = said(capsys, "check", tmp_path)
    assert code == 2 and "no model of Curate" in out
    code, _, err = said(capsys, "get", "gpt-4")
    assert code == 2 and "not a model that Curate knows" in err


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"files": {"../../../etc/hostname": "0" * 64}}, "no name of a file inside"),
        ({"files": {"model.safetensors": 7}}, "7 is no SHA-256"),
        ({"revision": ["b"]}, "must be text"),
        ({"licence": None}, "must be text"),
    ],
)
def test_a_pinned_json_of_nonsense_is_wrong_and_ends_nothing_else(tmp_path, capsys, changed, why):
    (tmp_path / "m").mkdir()
    pinned = {"name": "a/b", "revision": "b", "licence": "MIT", "files": {}, **changed}
    (tmp_path / "m" / "pinned.json").write_text(json.dumps(pinned))
    code, out, err = said(capsys, "check", tmp_path / "m")
    assert code == 2 and why in out and "models" in err


def test_a_pinned_json_that_never_ends_is_wrong(tmp_path, capsys):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "pinned.json").write_text("[" * 200_000)
    code, out, _ = said(capsys, "check", tmp_path / "m")
    assert code == 2 and "cannot be read" in out


def test_list_passes_over_a_measure_that_is_no_number(built, capsys):
    card = json.loads((built / "card.json").read_text())
    (built / "card.json").write_text(json.dumps({**card, "metrics": {"auc": "high"}}))
    code, out, _ = said(capsys, "list", built.parent)
    assert code == 0 and "task reasoning, fasttext; Apache-2.0" in out

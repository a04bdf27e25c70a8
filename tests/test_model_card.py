"""Cards are read as what they are: files from somebody else."""

import json
import os

import pytest

from curate import model_card
from curate.model_card import Card


def folder(path, **changed):
    path.mkdir(exist_ok=True)
    (path / "model.bin").write_bytes(b"weights")
    files = {"model.bin": model_card.sha256(str(path / "model.bin"))}
    model_card.write(Card("t", "fasttext", ("no", "yes"), "yes", files, "MIT", "d", 0, {}, {}, {}), str(path))
    card = json.loads((path / "card.json").read_text())
    (path / "card.json").write_text(json.dumps({**card, **changed}))
    return str(path)


def test_a_card_is_read_as_it_was_written(tmp_path):
    card = model_card.read(folder(tmp_path / "m", calibration={"kind": "isotonic", "x": [0.0, 1.0], "y": [0.0, 1]}))
    assert (card.classes, card.positive, card.calibration["kind"]) == (("no", "yes"), "yes", "isotonic")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("files", {"../../x": "0" * 64}, "'../../x' is no name of a file inside"),
        ("files", {"/etc/passwd": "0" * 64}, "'/etc/passwd' is no name"),
        ("files", {"a\\b": "0" * 64}, "is no name"),
        ("files", {"a\0b": "0" * 64}, "is no name"),
        ("files", {"model.bin": 7}, "model.bin: 7 is no SHA-256"),
        ("files", [], "files: must be an object"),
        ("classes", "no", "classes: must be two names or more, not 'no'"),
        ("classes", ["no", "no"], "classes: one is there twice"),
        ("positive", "maybe", "positive: 'maybe' is none of no, yes"),
        ("seed", 10**400, "seed: must be a whole number"),
        ("seed", True, "seed: must be a whole number"),
        ("metrics", [], "metrics: must be an object"),
        ("task", None, "task: must be text"),
        ("calibration", {"kind": "isotonic", "x": [0, "1"], "y": [0, 1]}, "calibration: .* is none"),
        ("calibration", {"kind": "isotonic", "x": [0, 1], "y": [1, 0]}, "calibration: .* is none"),
        ("calibration", {"kind": "temperature", "temperature": 0}, "calibration: .* is none"),
        ("metrics", {"auc": float("nan")}, "NaN is no number"),
    ],
)
def test_a_card_of_nonsense_is_refused_in_a_sentence_that_names_it(tmp_path, field, value, said):
    with pytest.raises(ValueError, match=f"card.json: not a card that can be read: .*{said}"):
        model_card.read(folder(tmp_path / "m", **{field: value}))


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"[" * 200_000, b"\xff\xfe", b"{}"])
def test_what_is_no_card_is_refused_in_a_sentence(tmp_path, content):
    path = folder(tmp_path / "m")
    (tmp_path / "m" / "card.json").write_bytes(content)
    with pytest.raises(ValueError, match="not a card that can be read"):
        model_card.read(path)


@pytest.mark.parametrize("name", ["card.json", "model.bin"])
def test_a_pipe_is_not_waited_for(tmp_path, name):
    path = folder(tmp_path / "m")
    os.unlink(f"{path}/{name}")
    os.mkfifo(f"{path}/{name}")
    with pytest.raises(ValueError, match=f"{name}: is no file"):
        model_card.read(path)

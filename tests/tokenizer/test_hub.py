"""A Hugging Face name, from a cache that the test lays out; nothing here reaches a network."""

import pytest
from huggingface_hub import constants

from curate import tokenizer
from tests.tokenizer.test_huggingface import model  # noqa: F401 (a fixture)

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path


def test_a_name_is_read_from_the_local_cache(cache, model):  # noqa: F811
    folder = cache / "models--org--small"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(COMMIT)
    (folder / "snapshots" / COMMIT).mkdir(parents=True)
    (folder / "snapshots" / COMMIT / "tokenizer.json").write_text(model.to_str())
    by_name = tokenizer.load({"name": "org/small"})
    pinned = tokenizer.load({"name": f"org/small@{COMMIT}"})
    by_file = tokenizer.load({"file": str(folder / "snapshots" / COMMIT / "tokenizer.json")})
    assert by_name.digest == pinned.digest == by_file.digest


def test_a_name_that_cannot_be_had_says_what_to_do(cache):
    with pytest.raises(tokenizer.TokenizerError, match=r"org/none is not in the local cache .* name it by file"):
        tokenizer.load({"name": "org/none"})

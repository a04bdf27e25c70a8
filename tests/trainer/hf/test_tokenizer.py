"""AutoTokenizer on a saved folder gives the ids that the corpus was encoded with, on hostile text too."""

import json

import pytest
import tiktoken
import torch
from transformers import AutoTokenizer

from curate import tokenizer
from curate.tokenizer import cl100k
from tests.tokenizer.hostile import strings
from trainer import hf, vocabulary
from trainer.config import ModelConfig
from trainer.errors import TrainingError
from trainer.hf.tokenizer import files, pairs
from trainer.model import Llama

LINES = [
    "The cat sat on the mat 12345 times.\n",
    "Die Katze saß auf der Matte.\n\n",
    "猫がマットの上に座った。",
    "x = f(x)\n\t\n",
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A corpus's vocabulary as `curate run` leaves it."""
    folder = tmp_path_factory.mktemp("corpus")
    tokenizer.train(LINES * 20, 400, folder / "small.tiktoken")
    tokenizer.load({"file": str(folder / "small.tiktoken")}).vocabulary.write(folder / "tokens")
    return vocabulary.read(str(folder))


@pytest.fixture(scope="module")
def saved(trained, tmp_path_factory):
    config = ModelConfig(16, 1, 2, 1, 24, vocab_size=trained.size)
    folder = tmp_path_factory.mktemp("saved") / "model"
    hf.save(config, dict(Llama(config).named_parameters()), folder, trained, longest=64)
    return folder


def test_ids_are_tiktoken_s_on_hostile_text(saved, trained):
    loaded, texts = AutoTokenizer.from_pretrained(saved), [*LINES, *strings(1500)]
    engine = tiktoken.Encoding("small", pat_str=cl100k.PATTERN, mergeable_ranks=trained.ranks, special_tokens={})
    for text in texts:
        ids = loaded(text)["input_ids"]
        assert ids == engine.encode_ordinary(text) == trained.encode(text), ascii(text)
        assert loaded.decode(ids) == trained.decode(ids) == text


def test_ids_of_cl100k_are_tiktoken_s_too(tmp_path):
    tokenizer.load({"name": "cl100k"}).vocabulary.write(tmp_path)
    known = vocabulary.read(str(tmp_path))
    for name, content in files(known, 8192).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert (loaded.eos_token_id, loaded.pad_token_id) == (known.end_of_text, known.padding) == (100257, 100261)
    assert all(loaded(text)["input_ids"] == known.encode(text) for text in strings(300, seed=1))


def test_special_tokens_have_the_ids_of_the_card_and_none_begins_a_text(saved, trained):
    loaded = AutoTokenizer.from_pretrained(saved)
    assert (loaded.eos_token_id, loaded.pad_token_id) == (trained.end_of_text, trained.padding)
    assert loaded.bos_token_id is None and loaded("")["input_ids"] == []
    assert loaded.model_max_length == 64
    config = json.loads((saved / "config.json").read_text())
    assert (config["eos_token_id"], config["pad_token_id"]) == (trained.end_of_text, trained.padding)


def test_text_that_looks_like_a_special_token_stays_text(saved, trained):
    ids = AutoTokenizer.from_pretrained(saved)("a<|end_of_text|>b")["input_ids"]
    assert trained.end_of_text not in ids and trained.decode(ids) == "a<|end_of_text|>b"


def test_a_tokenizer_json_is_taken_but_for_what_it_would_add(trained, tmp_path):
    content = json.loads(files(trained, 64)["tokenizer.json"])
    begins = {"id": "<|end_of_text|>", "ids": [trained.end_of_text], "tokens": ["<|end_of_text|>"]}
    single = [{"SpecialToken": {"id": "<|end_of_text|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    content["post_processor"] = {
        "type": "TemplateProcessing", "single": single, "pair": single, "special_tokens": {"<|end_of_text|>": begins},
    }  # fmt: skip
    (tmp_path / "tokenizer.json").write_text(json.dumps(content))
    tokenizer.load({"file": str(tmp_path / "tokenizer.json")}).vocabulary.write(tmp_path / "tokens")
    known = vocabulary.read(str(tmp_path))
    assert known.ranks is None
    for name, written in files(known, 64).items():
        (tmp_path / name).write_bytes(written)
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    for text in [*LINES, "a<|end_of_text|>b", *strings(200, seed=2)]:
        ids = trained.encode(text)
        assert loaded(text)["input_ids"] == known.encode(text) == ids
        assert known.decode(ids) == text


def test_a_pattern_that_is_not_cl100k_s_is_refused(trained):
    from dataclasses import replace

    with pytest.raises(TrainingError, match="its pattern is not cl100k's"):
        files(replace(trained, pattern=r"\w+|\W+"), 64)


def test_merges_are_all_pairs_in_the_order_of_what_they_make():
    ranks = {b"a": 0, b"b": 1, b"ab": 2, b"bb": 3, b"abb": 4}
    assert pairs(ranks) == [(b"a", b"b"), (b"b", b"b"), (b"a", b"bb"), (b"ab", b"b")]


def test_a_vocabulary_larger_than_the_model_is_refused(trained, tmp_path):
    config = ModelConfig(16, 1, 2, 1, 24, vocab_size=100)
    with torch.device("meta"), pytest.raises(TrainingError, match=f"has {trained.size} ids and the model 100"):
        hf.save(config, dict(Llama(config).named_parameters()), tmp_path / "model", trained)

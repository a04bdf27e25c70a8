"""tokenizer.json: byte-level BPE is taken, whatever loses bytes is refused."""

import json

import pyarrow as pa
import pytest
from tokenizers import decoders, normalizers, pre_tokenizers

from curate import tokenizer
from curate.tokenizer.train import _trained
from tests.tokenizer.conftest import LINES

TEXTS = ["The cat<|endoftext|> sat", "", "naïve 漢字\0", "  \n x"]


@pytest.fixture
def model():
    library = _trained(LINES * 20, 398)
    library.decoder = decoders.ByteLevel()
    library.add_special_tokens(["<|endoftext|>"])
    return library


def load(model, folder):
    (folder / "tokenizer.json").write_text(model.to_str(), encoding="utf-8")
    return tokenizer.load({"file": str(folder / "tokenizer.json")})


def test_ids_are_the_librarys_and_special_tokens_in_text_are_text(model, tmp_path):
    loaded = load(model, tmp_path)
    ids, offsets = loaded.encode(pa.array(TEXTS))
    model.encode_special_tokens = True
    for row, text in enumerate(TEXTS):
        own = ids[offsets[row] : offsets[row + 1]]
        assert own.tolist() == model.encode(text).ids
        assert loaded.decode(own) == text
        assert loaded.token_bytes[own].sum() == len(text.encode())
    assert loaded.reference == "tokenizers" and loaded.end_of_text not in ids
    assert (loaded.end_of_text, loaded.padding) == (model.token_to_id("<|endoftext|>"), model.get_vocab_size())


def test_it_is_written_as_it_was_read(model, tmp_path):
    load(model, tmp_path).write(tmp_path / "out")
    again = tokenizer.load({"file": str(tmp_path / "out" / "tokenizer.json")})
    assert again.digest == load(model, tmp_path).digest
    assert json.loads((tmp_path / "out" / "vocabulary.json").read_text())["file"] == "tokenizer.json"


def test_what_loses_bytes_is_refused(model, tmp_path):
    model.normalizer = normalizers.NFC()
    with pytest.raises(tokenizer.TokenizerError, match="normalises text"):
        load(model, tmp_path)
    model.normalizer = normalizers.Sequence([])
    model.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    with pytest.raises(tokenizer.TokenizerError, match="adds a space"):
        load(model, tmp_path)
    model.pre_tokenizer = pre_tokenizers.Whitespace()
    with pytest.raises(tokenizer.TokenizerError, match="not byte-level"):
        load(model, tmp_path)


def test_a_vocabulary_without_end_of_text_is_refused(tmp_path):
    with pytest.raises(tokenizer.TokenizerError, match="end-of-text"):
        load(_trained(LINES, 300), tmp_path)

"""Which vocabulary a recipe's section gives."""

import json
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from curate import tokenizer
from curate.tokenizer.errors import TokenizerError


def test_cl100k_has_the_ids_of_tiktoken(cl100k_tokenizer):
    assert (cl100k_tokenizer.size, cl100k_tokenizer.end_of_text, cl100k_tokenizer.padding) == (100277, 100257, 100261)
    assert cl100k_tokenizer.encode(pa.array(["hello world"]))[0].tolist() == [15339, 1917]


def test_specials_of_a_rank_file_follow_its_ranks(small_file):
    ranks = len(small_file.read_bytes().splitlines())
    loaded = tokenizer.load(SimpleNamespace(file=str(small_file), name=None))
    assert (loaded.end_of_text, loaded.padding, loaded.size) == (ranks, ranks + 1, ranks + 2)


@pytest.mark.parametrize("name", ["cl100k", "file"])
def test_a_written_vocabulary_loads_as_the_one_that_made_it(name, small_file, tmp_path):
    made = tokenizer.load({"name": "cl100k"} if name == "cl100k" else {"file": str(small_file)})
    made.write(tmp_path / "tokens")
    again = tokenizer.load({"file": str(tmp_path / "tokens" / "vocabulary.tiktoken")})
    assert (again.digest, again.end_of_text, again.padding) == (made.digest, made.end_of_text, made.padding)
    card = json.loads((tmp_path / "tokens" / "vocabulary.json").read_text())
    assert (card["digest"], card["end_of_text"], card["size"]) == (made.digest, made.end_of_text, made.size)


def test_token_bytes_add_up_to_the_bytes_of_the_text(cl100k_tokenizer):
    text = "naïve 漢字 👩‍👩‍👧 \x00 1234"
    ids, _ = cl100k_tokenizer.encode(pa.array([text]))
    assert cl100k_tokenizer.token_bytes[ids].sum() == len(text.encode())
    assert cl100k_tokenizer.token_bytes.dtype == np.int32
    assert cl100k_tokenizer.token_bytes[cl100k_tokenizer.end_of_text] == 0


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"YQ== 0\n", "no token for the byte"),
        (b"YQ==\n", "not a line"),
        (b"YQ== 0\nYQ== 1\n", "twice"),
        (b"YQ== 0\nYg== 2\n", "not 0 to 1"),
        (b"\xff\xff 0\n", "not a line"),
    ],
)
def test_a_broken_rank_file_is_refused_with_its_reason(tmp_path, content, reason):
    (tmp_path / "bad.tiktoken").write_bytes(content)
    with pytest.raises(TokenizerError, match=reason):
        tokenizer.load({"file": str(tmp_path / "bad.tiktoken")})


def test_a_missing_file_and_an_unknown_name_say_what_to_do(tmp_path):
    with pytest.raises(TokenizerError, match="cannot read"):
        tokenizer.load({"file": str(tmp_path / "none.tiktoken")})
    with pytest.raises(TokenizerError, match="use cl100k"):
        tokenizer.load({"name": "gpt5"})

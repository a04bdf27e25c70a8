"""A vocabulary trained here, against the library that counted it."""

import pyarrow as pa
import pytest

from curate import tokenizer
from curate.tokenizer.train import _trained
from tests.tokenizer.conftest import LINES

SAMPLE = [*LINES, "the mats saw cats; 99 saß 猫の猫 aaaaaaa", "\n  ", "xyzzy\r\n\tif x:\n        return 1234567  "]


def test_ranks_encode_as_the_library_that_trained_them(small_file):
    loaded = tokenizer.load({"file": str(small_file)})
    ids, offsets = loaded.encode(pa.array(SAMPLE))
    library = _trained(LINES * 20, 398)
    for row, text in enumerate(SAMPLE):
        assert ids[offsets[row] : offsets[row + 1]].tolist() == library.encode(text).ids
        assert loaded.decode(ids[offsets[row] : offsets[row + 1]]) == text
    assert loaded.size > 258 and len(ids) < sum(len(text.encode()) for text in SAMPLE)


def test_the_same_text_gives_the_same_file(small_file, tmp_path):
    tokenizer.train(LINES * 20, 400, tmp_path / "again.tiktoken")
    assert (tmp_path / "again.tiktoken").read_bytes() == small_file.read_bytes()


def test_size_counts_the_special_tokens_and_is_a_limit(tmp_path):
    size = tokenizer.train(LINES * 20, 300, tmp_path / "a.tiktoken")
    assert size == tokenizer.load({"file": str(tmp_path / "a.tiktoken")}).size == 300
    with pytest.raises(tokenizer.TokenizerError, match="no room"):
        tokenizer.train(LINES, 257, tmp_path / "b.tiktoken")

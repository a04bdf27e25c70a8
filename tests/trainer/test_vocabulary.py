"""A corpus's vocabulary read from its card, and text through it and back."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.tokenizer.vocabulary import Vocabulary as Made
from trainer import vocabulary
from trainer.errors import TrainingError

PATTERN = r"\w+|\W+"
RANKS = [bytes([byte]) for byte in range(256)] + [b"ab", b"abc", "é".encode()]
SPECIALS = {"<|end_of_text|>": 259, "<|padding|>": 260}
RANK_FILE = b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(RANKS))


def files(ranks=RANK_FILE, **changed):
    """Card and file as the corpus writes them."""
    made = Made("small", "vocabulary.tiktoken", ranks, PATTERN, SPECIALS, 259, 260, np.zeros(261, np.int32))
    return {"vocabulary.json": json.dumps({**made._card(), **changed}).encode(), "vocabulary.tiktoken": ranks}


def written(folder, of=None):
    folder.mkdir(exist_ok=True)
    for name, content in (of or files()).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return vocabulary.read(str(written(tmp_path_factory.mktemp("tokens"))))


def test_a_corpus_is_given_or_its_tokens_folder(tmp_path):
    written(tmp_path / "tokens")
    of_corpus, of_tokens = vocabulary.read(str(tmp_path)), vocabulary.read(f"{tmp_path}/tokens/")
    assert of_corpus == of_tokens
    assert (of_corpus.size, of_corpus.end_of_text, of_corpus.padding) == (261, 259, 260)


def test_it_may_lie_in_object_storage():
    import fsspec

    store = fsspec.filesystem("memory")
    for name, content in files().items():
        store.pipe(f"/of-a-vocabulary/tokens/{name}", content)
    assert vocabulary.read("memory://of-a-vocabulary").encode("abc") == [257]


@given(st.text())
def test_text_comes_back_whatever_it_is(small, text):
    assert small.decode(small.encode(text)) == text


def test_special_and_unknown_ids_are_no_text_and_broken_characters_are_replaced(small):
    assert small.decode([259, 257, 260, 9999, "é".encode()[0], ord("x")]) == "abc�x"
    assert small.decode([]) == ""


def test_text_that_looks_like_a_special_token_is_text(small):
    assert 259 not in small.encode("<|end_of_text|>")


def test_every_id_stands_for_its_bytes_and_special_ones_for_none(small):
    assert small.bytes_of.tolist() == [*[1] * 256, 2, 3, 2, 0, 0]


@pytest.mark.parametrize("ranks", [b"not ranks", b"!!!! 1\n", b"YQ== one\n"])
def test_a_file_that_holds_no_ranks_is_refused_in_a_sentence(ranks, tmp_path):
    with pytest.raises(TrainingError, match=r"vocabulary.tiktoken: is no file of ranks; copy it anew"):
        vocabulary.read(str(written(tmp_path, files(ranks)))).encode("a")


def test_a_file_of_another_card_and_a_folder_without_one_are_refused(tmp_path):
    with pytest.raises(TrainingError, match=r"vocabulary.tiktoken: is not the vocabulary of"):
        vocabulary.read(str(written(tmp_path, files(size=261, digest="0" * 64))))
    with pytest.raises(TrainingError, match=r"corpora.corpus: .* there is no such folder"):
        vocabulary.read(str(tmp_path / "nothing"))

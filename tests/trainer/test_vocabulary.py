"""A corpus's vocabulary read from its card, and text through it and back."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer import vocabulary
from trainer.errors import TrainingError

PATTERN = r"\w+|\W+"
RANKS = [bytes([byte]) for byte in range(256)] + [b"ab", b"abc", "é".encode()]
CARD = {
    "name": "small", "file": "vocabulary.tiktoken", "digest": "d" * 64, "size": 261, "pattern": PATTERN,
    "specials": {"<|end_of_text|>": 259, "<|padding|>": 260}, "end_of_text": 259, "padding": 260,
}  # fmt: skip
RANK_FILE = b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(RANKS))


def written(folder, card=CARD, ranks=RANK_FILE):
    folder.mkdir(exist_ok=True)
    (folder / "vocabulary.json").write_text(json.dumps(card))
    (folder / "vocabulary.tiktoken").write_bytes(ranks)
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
    store.pipe("/of-a-vocabulary/tokens/vocabulary.json", json.dumps(CARD).encode())
    store.pipe("/of-a-vocabulary/tokens/vocabulary.tiktoken", RANK_FILE)
    assert vocabulary.read("memory://of-a-vocabulary").encode("abc") == [257]


@given(st.text())
def test_text_comes_back_whatever_it_is(small, text):
    assert small.decode(small.encode(text)) == text


def test_special_and_unknown_ids_are_no_text_and_broken_characters_are_replaced(small):
    assert small.decode([259, 257, 260, 9999, "é".encode()[0], ord("x")]) == "abc�x"
    assert small.decode([]) == ""


def test_text_that_looks_like_a_special_token_is_text(small):
    assert 259 not in small.encode("<|end_of_text|>")


@pytest.mark.parametrize(
    ("card", "ranks", "said"),
    [
        ([], RANK_FILE, "is not a vocabulary's card"),
        ({**CARD, "file": "other.tiktoken"}, RANK_FILE, "names other.tiktoken, which is not beside it"),
        ({**CARD, "file": "../vocabulary.tiktoken"}, RANK_FILE, "is not the name of a file beside it"),
        ({key: value for key, value in CARD.items() if key != "padding"}, RANK_FILE, "KeyError('padding')"),
        (CARD, b"not ranks", "is not a file of ranks"),
        (CARD, b"!!!! 1\n", "is not a file of ranks"),
    ],
)
def test_a_card_or_file_that_is_broken_is_refused_in_a_sentence(card, ranks, said, tmp_path):
    with pytest.raises(TrainingError) as refused:
        vocabulary.read(str(written(tmp_path, card, ranks))).encode("a")
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_folder_without_a_card_is_refused(tmp_path):
    with pytest.raises(TrainingError, match=r"there is no vocabulary.json; give a finished corpus or its tokens/"):
        vocabulary.read(str(tmp_path))

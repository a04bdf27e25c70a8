"""The fast engine against tiktoken, on text that is out to separate them."""

import builtins
import gzip
from itertools import chain, pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate import tokenizer
from curate.tokenizer import bpe, fast
from tests.tokenizer.hostile import strings

HOSTILE = [
    "", "\0a\0", "a\n  ", "a\n  b", "  \n \n x  ", "\r\n\r\n", "\u2028 \u2029\x85\xa0\u3000x", "\x1c\x1d a",
    "'S 'LL 'Ve don'ſ x 'K", "<|endoftext|>", "a<|endoftext|><|padding|>b", "1234567 ١٢٣٤ ²³½Ⅷ", "e\u0301\u200d\ufeff",
    "漢字かな한글ไทย", "👩‍👩‍👧‍👦🏴", "\U00011db0ab \U000323b0", "\ufffe\uffff\U0010ffff",
    "ab" * 3000, "!" * 5000 + "\n" * 5000,
]  # fmt: skip
ALPHABET = st.sampled_from("ab 1\n\r\t'sſtLl.!éΣ漢\u00a0\u2028\u200d\u0301\ua7ce\U0001e6c0\U0001f600\0<|>")


def each(result):
    ids, offsets = result
    return [ids[start:end].tolist() for start, end in pairwise(offsets)]


def test_hostile_texts_get_the_ids_of_tiktoken(cl100k_tokenizer, oracle):
    assert cl100k_tokenizer.engine == "gigatoken"
    assert each(cl100k_tokenizer.encode(pa.array(HOSTILE))) == [oracle.encode_ordinary(text) for text in HOSTILE]


def test_strings_made_to_part_them_get_the_ids_of_tiktoken_and_come_back(cl100k_tokenizer, oracle):
    texts = strings(3000)
    found = each(cl100k_tokenizer.encode(pa.array(texts)))
    assert found == [oracle.encode_ordinary(text) for text in texts]
    assert [cl100k_tokenizer.decode(ids) for ids in found] == texts


@given(st.lists(st.text(ALPHABET | st.characters(exclude_categories=["Cs"]), max_size=40), max_size=8))
def test_any_texts_get_the_ids_of_tiktoken(cl100k_tokenizer, oracle, texts):
    result = each(cl100k_tokenizer.encode(pa.array(texts, pa.string())))
    assert result == [oracle.encode_ordinary(text) for text in texts]


def test_real_books_get_the_ids_of_tiktoken(cl100k_tokenizer, oracle, data):
    books = sorted((data / "books/gutenberg").glob("*.gz"))[:6]
    texts = [gzip.decompress(path.read_bytes()).decode("utf-8", "replace") for path in books]
    assert each(cl100k_tokenizer.encode(pa.array(texts))) == [oracle.encode_ordinary(text) for text in texts]


@pytest.mark.parametrize("type", [pa.string(), pa.large_string()])
def test_slices_nulls_and_chunks_are_read_as_they_stand(cl100k_tokenizer, type):
    whole = pa.array(["one", None, "two words", "", "three \U00011db0"], type)
    rows = each(cl100k_tokenizer.encode(whole))
    assert rows[1] == rows[3] == []
    assert each(cl100k_tokenizer.encode(whole[2:])) == rows[2:]
    assert each(cl100k_tokenizer.encode(pa.chunked_array([whole[:2], whole[2:]]))) == rows
    ids, offsets = cl100k_tokenizer.encode(whole[:0])
    assert (ids.dtype, offsets.dtype, ids.tolist(), offsets.tolist()) == (np.int32, np.int64, [], [0])


def test_renewing_the_engine_changes_no_id(cl100k_tokenizer, monkeypatch):
    texts = pa.array(HOSTILE)
    before = each(cl100k_tokenizer.encode(texts))
    old = cl100k_tokenizer._engine._engine
    monkeypatch.setattr(fast, "CACHE_BYTES", -1)
    monkeypatch.setattr(fast, "RENEW_AT_MOST_EACH", 0)
    assert each(cl100k_tokenizer.encode(texts)) == before
    assert cl100k_tokenizer._engine._engine is not old


def test_special_tokens_in_a_document_are_ordinary_text(cl100k_tokenizer):
    ids, _ = cl100k_tokenizer.encode(pa.array(["<|endoftext|><|padding|><|fim_prefix|>"]))
    assert not set(ids.tolist()) & set(cl100k_tokenizer.vocabulary.specials.values())
    assert cl100k_tokenizer.decode(ids) == "<|endoftext|><|padding|><|fim_prefix|>"


def test_without_gigatoken_the_ids_stay_and_the_engine_says_so(cl100k_tokenizer, monkeypatch):
    real = builtins.__import__

    def absent(name, *rest, **more):
        if name == "gigatoken":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    alone = tokenizer.load({"name": "cl100k"})
    monkeypatch.undo()
    texts = pa.array([*HOSTILE, None])
    assert (alone.engine, alone.alone_because) == ("tiktoken", "gigatoken is not installed")
    assert alone.digest == cl100k_tokenizer.digest
    assert each(alone.encode(texts)) == each(cl100k_tokenizer.encode(texts))


@pytest.mark.parametrize("white", [" ", "\n", " \n\t", "\n \u00a0"])
@pytest.mark.parametrize("before, after", [("", "x"), ("!", " x"), ("a", "\n")])
def test_cutting_a_long_white_run_changes_no_id(oracle, monkeypatch, white, before, after):
    monkeypatch.setattr(bpe, "LONG_RUN", 10)
    monkeypatch.setattr(bpe, "_LONG_WHITE", bpe.re.compile(bpe._LONG_WHITE.pattern.replace("50000", "10")))
    text = before + white * 12 + "  " * len(before) + after
    pieces = bpe._without_long_runs(text)
    assert len(pieces) > 1 or after == "\n"  # a run that ends the text is one token and never overflows
    assert "".join(pieces) == text
    assert list(chain.from_iterable(map(oracle.encode_ordinary, pieces))) == oracle.encode_ordinary(text)


def test_a_million_spaces_before_a_word_are_survived_by_both_engines(cl100k_tokenizer):
    text = " " * 1_000_000 + "x"
    fast, _ = cl100k_tokenizer.encode(pa.array([text]))
    exact, _ = cl100k_tokenizer.encode(pa.array([text + "\U00011db0"]))
    assert cl100k_tokenizer.decode(fast) == text
    assert cl100k_tokenizer.decode(exact) == text + "\U00011db0"
    assert fast[:-1].tolist() == exact[: len(fast) - 1].tolist()

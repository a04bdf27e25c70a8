"""Letters of scripts without spaces are words of their own; everything else is `\\w+` as before."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curate.kernels.characters import UNSPACED, tables
from curate.kernels.words import shingle_units, shingle_words
from tests.oracles import near_duplicates as oracle
from tests.oracles.hostile import TEXT, TEXTS

SCRIPTS = "漢字𠀀々〇かなカナーｶﾞﾊﾟ゙ㄅꀀภาษาไทยนี่ມື້ခြင်းភាសាខ្មែរᦅᥐ가나다ཀྲĞé1٣๓_ -。a🄀\u200b"
MIXED = st.lists(st.one_of(st.text(st.sampled_from(SCRIPTS), max_size=9), TEXT), max_size=8).map("".join)


def units_of(texts: list[str]) -> list[list[int]]:
    hashes, offsets = shingle_units(pa.array(["head 字", *texts, "字"], pa.string()).slice(1, len(texts)))
    return [hashes[a:b].tolist() for a, b in pairwise(offsets)]


@given(st.lists(MIXED, min_size=1, max_size=5))
@example(["ที่นี่", "2024年AI技術x", "ーｶﾞ", "\u0e31\u0e31", "字" * 70, "a" * 63 + "字\u0e31"])
def test_units_are_equal_exactly_where_their_hashes_are(texts) -> None:
    found, expected = units_of(texts), [oracle.units(text) for text in texts]
    assert [len(units) for units in found] == [len(units) for units in expected]
    flat, hashes = ([one for units in lists for one in units] for lists in (expected, found))
    assert len(set(flat)) == len(set(hashes)) == len(set(zip(flat, hashes, strict=True)))


@given(TEXTS)
def test_texts_without_such_letters_have_the_words_they_had(texts) -> None:
    apart = {chr(code) for code in np.flatnonzero(tables()[0] & UNSPACED)}
    array = pa.array(
        [None if text is None else "".join(c for c in text if c not in apart) for text in texts], pa.string()
    )
    for units, words in zip(shingle_units(array), shingle_words(array), strict=True):
        assert units.tolist() == words.tolist()


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("2024年のAI技術。", ["2024", "年", "の", "ai", "技", "術"]),
        ("データﾃﾞｰﾀ", ["デ", "ー", "タ", "ﾃ", "ﾞ", "ｰ", "ﾀ"]),
        ("ที่นี่๒๕", ["ที่", "นี่", "๒๕"]),
        ("သည်", ["သ", "ည်"]),
        ("ខ្មែរ", ["ខ្", "មែ", "រ"]),
        ("한국어 텍스트", ["한국어", "텍스트"]),
        ("ＡＢ１２", ["ａｂ１２"]),
        ("བོད་ཡིག", ["བ", "ད", "ཡ", "ག"]),
        ("\u0e31ก \u0e31", ["ก"]),
        ("e\u0301a字\u0301", ["e", "a", "字\u0301"]),
    ],
)
def test_what_counts_as_one_word(text: str, units: list[str]) -> None:
    assert oracle.units(text) == units
    assert len(units_of([text])[0]) == len(units)

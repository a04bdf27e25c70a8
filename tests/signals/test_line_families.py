"""c4, fineweb, refinedweb, ccnet and the sizes of code against their definitions in plain Python."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curate import signals
from tests.oracles import plain_lines
from tests.oracles.hostile import TEXT

PIECES = st.sampled_from(
    [
        "JavaScript", "javascrip", "Lorem IPSUM", "terms of use", "privacy policy.", "Uses Cookies", "use  cookies",
        "cookie policy", "{", "[12]", "[]", "[edit]", "[citation needed]", "[1 ]", ".", "!", '"', "”", "...", "…",
        "?\" A", ". ", ". A", " J. R. Tolkien", "e.g. A", "U.S. Army", ".\" He", ".) She", "\n", "\n\n",
        " \n", "3 likes", "」", "។ ", "中文字", "ไทย", "คำ",
        "1,200.5K  Views!", "(7 shares)", "2 likes it", "7 followerſ", "² likes", "SIGN-IN", "sign in", "sign into",
        "Sign-in…", "read more", "Read More...", "thread more", "read more »", "3 items in cart", "12 345",
        "١٢", "CAPITALS HERE",
        "ÀÉ", "One", "word", " ", "\t", "　", "。", "！", "'", "’", "x" * 31, "_", "a b c d e f g h i j k ", "İ", "ſ",
    ]
)  # fmt: skip
LINES = st.lists(st.one_of(PIECES, PIECES, st.just(" ")), max_size=16).map("".join)
TEXTS = st.lists(st.one_of(LINES, LINES, TEXT, st.none()), max_size=5)


@pytest.mark.parametrize("family", ["c4", "fineweb", "refinedweb", "ccnet", "code_sizes"])
@given(texts=TEXTS)
@example(texts=["", "\n", "a\n", "a", "\na"])
@example(texts=['He said so.[1] [edit]\n[1]\nDr. J. Smith came." Then he left. so?'])
@example(texts=["9 likes\n9 K likes\n1. likes\n...5M views!!!\nviews 5\n3 likes likes"])
def test_a_family_is_its_definition(family, texts):
    prefix = family.split("_")[0]
    made = signals.compute(pa.table({"text": pa.array(texts, pa.string())}), [prefix])
    wanted = [getattr(plain_lines, family)(text or "") for text in texts]
    for name in wanted[0] if wanted else ():
        values = made[f"{prefix}.{name}"].to_numpy()
        expected = np.array([w[name] for w in wanted]).astype(values.dtype)
        np.testing.assert_array_equal(values, expected, name)


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("A line that ends.\nAnother one", "c4.terminal_punctuation_line_fraction", 0.5),
        ("It is known.[2][citation needed]", "c4.terminal_punctuation_line_fraction", 1),
        ("To be continued...", "c4.terminal_punctuation_line_fraction", 0),
        ("Please enable JavaScript.\nThanks.", "c4.javascript_lines", 1),
        ("See our Privacy Policy.\nWe use cookies.", "c4.policy_lines", 2),
        ("function() { return {} }", "c4.curly_brackets", 2),
        ("J. R. R. Tolkien wrote it. The U.S. Army read it! Why?", "c4.sentences", 3),
        ("它结束了。\nno end", "fineweb.punctuated_line_fraction", 0.5),
        ("它结束了。他说：「走吧！」然后走了。\n没有", "c4.sentences", 4),
        ("यह है। वह था।", "c4.sentences", 2),
        ("它结束了。\nيذهب؟\nno end", "c4.terminal_punctuation_line_fraction", np.float32(2 / 3)),
        ("这是一个句子\n卡", "refinedweb.one_word_lines", 1),
        ("x" * 29 + "\n" + "y" * 30, "fineweb.short_line_fraction", 0.5),
        ("HELLO WORLD\nHello World", "refinedweb.upper_case_lines", 1),
        ("3 likes\n5.1M  views!\nI have 3 likes", "refinedweb.counter_lines", 2),
        ("one two three four\nfive", "refinedweb.flagged_word_fraction", np.float32(0.2)),
        ("Page 1 of 9\npage 2 of 7\nother", "ccnet.dup_line_fraction", np.float32(1 / 3)),
        ("ab\n\n", "code.mean_line_chars", 1),
    ],
)
def test_known_cases(text, signal, value):
    assert signals.compute(pa.table({"text": [text]}), [signal.split(".")[0]])[signal].to_pylist() == [value]


def test_a_batch_gives_the_same_sliced_and_chunked():
    texts = ["JavaScript.\nTwo words", "", None, "3 likes\n\nEND", "x" * 100 + "{"]
    whole = signals.compute(pa.table({"text": texts}), ["c4", "fineweb", "refinedweb", "code"])
    for i in range(len(texts)):
        part = signals.compute(pa.table({"text": pa.array(texts).slice(i, 1)}), ["c4", "fineweb", "refinedweb", "code"])
        assert part.drop_columns(["row"]).to_pylist() == whole.slice(i, 1).drop_columns(["row"]).to_pylist()

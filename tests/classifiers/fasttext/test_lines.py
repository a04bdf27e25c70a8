"""Lines that fastText learns from: each is read by its library as our kernel reads the text."""

import string

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.fasttext.lines import lines, one_line, order
from tests.classifiers.fasttext.made import made
from tests.oracles.hostile import TEXT
from tests.oracles.plain_fasttext import SPACE

SPECIAL = st.lists(st.sampled_from(["</s>", "__label__yes", "__label__", "x</s>", "a", " ", "\n", "\0"])).map("".join)


def seen(text):
    """Words up to the end of the text that are not labels."""
    words = [word for word in SPACE.split(text.encode()) if word]
    words = words[: words.index(b"</s>")] if b"</s>" in words else words
    return [word for word in words if not word.startswith(b"__label__")]


@given(text=st.one_of(TEXT, SPECIAL))
@example(text="</s> never")
@example(text="a __label__no\0__label__yes b\n</s>\nnever")
def test_a_line_has_the_words_that_prediction_sees_and_no_label(text):
    line = one_line(text, apart=False)
    assert "\n" not in line
    assert [word for word in SPACE.split(line.encode()) if word] == seen(text)


def test_rare_documents_are_repeated_until_classes_are_alike_but_ten_times_at_most():
    few = made(count=400, rare=0.25)
    counts = np.bincount(few.classes)
    rows = order(few, 0, balance=True)
    assert np.bincount(few.classes[rows]).tolist() == [counts[0], counts[0]]
    assert sorted(set(rows)) == list(range(400))
    rarest = made(count=400, rare=0.02)
    assert np.bincount(rarest.classes[order(rarest, 0, True)])[1] == 10 * np.bincount(rarest.classes)[1]
    assert sorted(order(few, 0, balance=False)) == list(range(400))


def test_order_is_mixed_and_of_the_seed_and_the_documents_alone():
    given = made(count=300)
    rows = order(given, 0, True)
    assert rows == order(given, 0, True) != order(given, 1, True)
    classes = given.classes[rows]
    assert 80 < (classes[1:] != classes[:-1]).sum() < 220
    part = given.take(np.arange(0, 300, 2))
    uids = given.table["uid"].to_numpy()
    kept = [uid for uid in uids[order(given, 0, False)] if uid % 2 == 0]
    assert part.table["uid"].to_numpy()[order(part, 0, False)].tolist() == kept


def test_each_document_is_a_line_with_its_class():
    given = made(count=50)
    found = list(lines(given, 0, balance=False, apart=True))
    rows = order(given, 0, balance=False)
    assert [line.split(b" ", 1)[0] for line in found] == [
        f"__label__{given.task.names[given.classes[row]]}".encode() for row in rows
    ]
    assert isinstance(given.texts, pa.StringArray) and all(line.endswith(b"\n") for line in found)


@given(text=st.one_of(TEXT, SPECIAL))
@example(text="</s> never")
@example(text="__label__no f(x)=2\n</s>")
def test_with_signs_apart_no_word_ends_a_line_or_is_a_label(text):
    line = one_line(text, apart=True)
    words = [word for word in SPACE.split(line.encode()) if word]
    assert "\n" not in line and seen(line) == words
    assert all(len(word) == 1 or not any(chr(sign) in string.punctuation for sign in word) for word in words)
    assert b"".join(words) == b"".join(SPACE.split(text.encode()))

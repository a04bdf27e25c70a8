import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.dedup import lines
from tests.oracles import lines as oracle

# Assigned before Unicode 14, so that any supported Python agrees with the tables on their class.
PIECES = ["\n", "\n\n", " ", "\t", "\r\n", "a", "B", "é", "e\u0301", "ß", "İ", "7", "٣", "²", "!", "«", "$", "—",
          "日本", "हिन्दी", "😀", "\u200b", "\u00a0", "\u2028", "\x00", "Page 12", "all rights reserved"]  # fmt: skip
TEXTS = st.lists(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), min_size=1, max_size=5)


def cut(texts: list[str], kind: pa.DataType) -> pa.Array:
    """The texts as a slice out of the middle of a longer array."""
    return pa.array(["before\nit", *texts, "behind"], kind).slice(1, len(texts))


@given(TEXTS, st.integers(0, 12), st.sampled_from([pa.string(), pa.large_string()]))
def test_lines_have_equal_hashes_exactly_where_they_are_normalised_to_the_same(texts, min_chars: int, kind) -> None:
    hashes, offsets = lines.line_hashes(cut(texts, kind), min_chars)
    split = [text.split("\n") for text in texts]
    normal = [oracle.normal(line, min_chars) for text in split for line in text]
    assert np.diff(offsets).tolist() == [len(text) for text in split]
    assert [h == 0 for h in hashes] == [n is None for n in normal]
    assert [hashes.tolist().index(h) for h in hashes.tolist()] == [normal.index(n) for n in normal]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Page 12 of 40", "page 7 3 of 9 5!"), ("READ  more »", "\tread more"), ("12.05.24 at", "98/76/54 AT")],
)
def test_case_digits_white_space_and_punctuation_make_no_other_line(one: str, other: str) -> None:
    hashes, _ = lines.line_hashes(pa.array([one, other]), 1)
    assert hashes[0] == hashes[1] != 0


def test_a_line_without_a_letter_never_counts() -> None:
    assert not lines.line_hashes(pa.array(["----------", "2024-01-02 10:00", "", " \n\t", "$ 1,000,000"]), 0)[0].any()


LINES = st.lists(st.sampled_from(["a", "b", "C", "c", "ä", "日"]), max_size=40).map(" ".join)


@given(st.lists(st.lists(LINES, min_size=1, max_size=3).map("\n".join), min_size=1, max_size=4), st.integers(0, 12))
def test_repetition_is_the_share_of_words_in_repeated_5_grams_of_the_line(texts: list[str], min_words: int) -> None:
    expected = [oracle.repetition(line, min_words) for text in texts for line in text.split("\n")]
    assert lines.repetition(cut(texts, pa.string()), min_words).tolist() == expected


def test_a_log_line_repeats_itself_and_a_sentence_does_not() -> None:
    text = (
        "error 42 in module foo at line " * 10 + "\nThe quick brown fox jumps over the lazy dog, and the dog sleeps on."
    )
    assert lines.repetition(pa.array([text]), 8).tolist() == [100, 0]


@given(st.lists(st.lists(st.integers(0, 6), max_size=20), min_size=1, max_size=8), st.integers(0, 4))
def test_a_line_counts_once_a_document_and_zero_never(documents: list[list[int]], in_more_than: int) -> None:
    flat = np.array([line for document in documents for line in document], np.uint64)
    once = lines.once_a_document(flat, np.cumsum([0, *map(len, documents)]))
    unique, counts = lines.count(once)
    holding = {line: sum(line in document for document in documents) for line in sorted({*flat.tolist()} - {0})}
    assert dict(zip(unique.tolist(), counts.tolist(), strict=True)) == holding
    known = lines.frequent(unique, counts, in_more_than)
    assert known.tolist() == [line for line, number in holding.items() if number > in_more_than]
    assert lines.mask(flat, known).tolist() == [holding.get(line, 0) > in_more_than for line in flat.tolist()]


@given(TEXTS, st.randoms(use_true_random=False), st.sampled_from([pa.string(), pa.large_string()]))
def test_the_lines_that_stay_stay_byte_for_byte(texts: list[str], random, kind) -> None:
    gone = [[random.random() < 0.4 for _ in text.split("\n")] for text in texts]
    offsets = np.cumsum([0, *map(len, gone)])
    edited = lines.remove_lines(cut(texts, kind), np.array([drop for lost in gone for drop in lost]), offsets)
    expected = [oracle.remove(text, drop) for text, drop in zip(texts, gone, strict=True)]
    edited.text.validate(full=True)
    assert edited.text.type == kind
    assert edited.text.to_pylist() == [text for text, _ in expected]
    assert edited.removed.type == pa.list_(pa.int32())
    assert edited.removed.to_pylist() == [numbers for _, numbers in expected]


@given(TEXTS, st.randoms(use_true_random=False))
def test_what_disjoint_masks_take_adds_up_to_what_the_text_loses(texts: list[str], random) -> None:
    rule = np.array([random.randrange(3) for text in texts for _ in text.split("\n")])
    offsets = np.cumsum([0, *(text.count("\n") + 1 for text in texts)])
    strings = cut(texts, pa.string())
    (lines_a, chars_a), (lines_b, chars_b) = (lines.taken(strings, rule == number, offsets) for number in (1, 2))
    edited = lines.remove_lines(strings, rule > 0, offsets)
    assert (lines_a + lines_b).tolist() == [len(numbers) for numbers in edited.removed.to_pylist()]
    for text, left, chars, count in zip(
        texts, edited.text.to_pylist(), chars_a + chars_b, lines_a + lines_b, strict=True
    ):
        if count <= text.count("\n"):
            assert len(text) - len(left) == chars


def test_a_text_that_loses_all_lines_loses_all_its_characters() -> None:
    count, chars = lines.taken(pa.array(["é\nab\n"]), np.ones(3, bool), np.array([0, 3]))
    assert (count.tolist(), chars.tolist()) == ([3], [5])


def test_no_texts_have_no_lines() -> None:
    nothing = pa.array([], pa.string())
    hashes, offsets = lines.line_hashes(nothing, 10)
    assert (len(hashes), offsets.tolist(), len(lines.repetition(nothing, 20))) == (0, [0], 0)
    assert len(lines.remove_lines(nothing, hashes != 0, offsets).text) == 0

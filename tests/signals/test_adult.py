"""Word lists: whole words, phrases, languages. The terms here are harmless; no list is kept in the repository."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.errors import UserError
from curate.signals import adult, compute
from tests.oracles import plain_signals

TERMS = ["fig", "fig tree", "old fig tree top", "MÜLL", "***"]
WORDS = ["fig", "FIG", "tree", "old", "top", "müll", "figs", "a-fig", "fig_", "fig.", "\n", "é"]
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    (folder / "en.txt").write_text("\n".join(TERMS), "utf-8")
    (folder / "all.txt").write_text("pear\n")
    return (str(folder / "en.txt"), str(folder / "all.txt"))


@given(text=SENTENCES)
def test_terms_are_found_as_the_definition_says(lists, text):
    made = compute(pa.table({"text": [text]}), ["adult"], adult_lists=lists)
    wanted = plain_signals.adult(text, [*TERMS, "pear"])
    assert made["adult.dirty_words"].to_pylist() == [wanted["dirty_words"]]
    assert made["adult.dirty_word_ratio"].to_pylist() == [pytest.approx(wanted["dirty_word_ratio"])]


def test_a_list_is_for_its_language_and_all_is_for_everyone(lists):
    table = pa.table({"text": ["fig pear"] * 4, "language": ["en", "de", "und", None]})
    assert compute(table, ["adult"], adult_lists=lists)["adult.dirty_words"].to_pylist() == [2, 1, 2, 2]


def test_the_packages_list_has_words_and_no_part_of_a_word_counts():
    words = [w for w in adult.words("en") if w.isascii() and w.isalpha()]
    assert len(words) > 100
    made = compute(pa.table({"text": [f"x {words[5].upper()}.", f"x{words[5]}y"]}), ["adult"])
    assert made["adult.dirty_words"].to_pylist() == [1, 0]


def test_a_missing_or_empty_list_is_named(tmp_path):
    (tmp_path / "en.txt").write_text("\n")
    for name, words in (("en.txt", "has no term"), ("no.txt", "can't be read")):
        with pytest.raises(UserError, match=words):
            compute(pa.table({"text": ["a"]}), ["adult"], adult_lists=[str(tmp_path / name)])

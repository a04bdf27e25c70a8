"""Word lists: whole words, phrases, languages. The terms here are harmless; no list is kept in the repository."""

import shutil

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.errors import UserError
from curate.kernels.terms import count, table
from curate.kernels.unspaced import is_unspaced
from curate.kernels.words import shingle_words
from curate.signals import adult, compute
from tests.oracles import plain_signals
from tests.oracles.hostile import TEXTS

TERMS = ["fig", "fig tree", "old fig tree top", "MÜLL", "***"]
WORDS = ["fig", "FIG", "tree", "old", "top", "müll", "figs", "a-fig", "fig_", "fig.", "\n", "é"]
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    (folder / "en.txt").write_text("\n".join(TERMS), "utf-8")
    (folder / "all.txt").write_text("pear\n")
    return (str(folder / "en.txt"), str(folder / "all.txt"))


@pytest.fixture(scope="module")
def unspaced(tmp_path_factory):
    path = tmp_path_factory.mktemp("unspaced") / "all.txt"
    path.write_text("\n".join([*UNSPACED, "fig"]), "utf-8")
    return (str(path),)


@given(text=SENTENCES)
def test_terms_are_found_as_the_definition_says(lists, text):
    made = compute(pa.table({"text": [text]}), ["adult"], adult_lists=lists)
    wanted = plain_signals.adult(text, [*TERMS, "pear"])
    assert made["adult.dirty_words"].to_pylist() == [wanted["dirty_words"]]
    assert made["adult.dirty_word_ratio"].to_pylist() == [pytest.approx(wanted["dirty_word_ratio"])]


UNSPACED = ["色情", "字", "ที่นี่", "av字", "字 情", "ー", "2字"]
PIECES = ["色", "情", "字", "ที่", "นี่", "น", "ี", "av", "AV", "2", "ー", "fig", " ", "。", "\u0301", "\n", "é", "_"]


@given(text=st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_terms_without_spaces_are_runs_of_their_letters(unspaced, text):
    made = compute(pa.table({"text": ["fig", text, "字", text]}), ["adult"], adult_lists=unspaced)
    wanted = plain_signals.adult(text, [*UNSPACED, "fig"])
    for row in (1, 3):
        assert made["adult.dirty_words"][row].as_py() == wanted["dirty_words"]
        assert made["adult.dirty_word_ratio"][row].as_py() == pytest.approx(wanted["dirty_word_ratio"])


@pytest.mark.parametrize(
    ("text", "found"),
    [("這是色情網站。", 1), ("色。情", 0), ("色 情", 0), ("色情色情", 2), ("AV字幕", 1), ("AV 幕", 0), ("มาที่นี่นะ", 1),
     ("มาที่นั่น", 0), ("字 情", 1), ("a字b", 1), ("12字", 1), ("ﬁg", 0)],
)  # fmt: skip
def test_what_is_a_term_inside_a_sentence(unspaced, text, found):
    assert compute(pa.table({"text": [text]}), ["adult"], adult_lists=unspaced)["adult.dirty_words"][0].as_py() == found


@given(TEXTS)
def test_texts_without_such_letters_have_the_counts_of_plain_words(lists, texts):
    plain = ["".join(c for c in text or "" if not is_unspaced(c)) + " fig tree" for text in texts]
    made = compute(pa.table({"text": plain}), ["adult"], adult_lists=lists)
    words, cut = [plain_signals.shingle_words(text) for text in plain], ["fig", "fig tree", "old fig tree top", "müll"]
    hashes, offsets = shingle_words(pa.array(plain, pa.string()))
    assert np.diff(offsets).tolist() == [len(one) for one in words]
    found = count(hashes, offsets, np.empty(0, bool), table([*cut, "pear"]))
    assert made["adult.dirty_words"].to_pylist() == found.tolist()
    ratios = (found / np.maximum(np.diff(offsets), 1)).astype(np.float32)
    assert np.array_equal(made["adult.dirty_word_ratio"], ratios)


@pytest.mark.parametrize("language", ["zh", "ja", "th"])
def test_each_term_of_a_published_list_is_found_inside_a_sentence(data, tmp_path, language):
    path = tmp_path / f"{language}.txt"
    shutil.copy(data / "labels" / "badwords" / language, path)
    terms = adult.words(language, (str(path),))
    around = {"zh": ("今天我們在", "的書店。"), "ja": ("これは", "です。"), "th": ("วันนี้เรา", "กันนะ")}[language]
    texts = pa.table({"text": [*("".join((around[0], term, around[1])) for term in terms), "".join(around)]})
    made = compute(texts, ["adult"], adult_lists=[str(path)])["adult.dirty_words"].to_pylist()
    assert made[-1] == 0
    # a term that ends or begins with a Latin letter is a word by itself there, too
    assert sum(n > 0 for n in made[:-1]) == len(terms), [t for t, n in zip(terms, made, strict=False) if not n]


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

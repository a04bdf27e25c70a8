"""Identity terms: a model that is fair, one that is not, and files that are no sentences."""

import gzip

import numpy as np
import pytest

from classifiers.evaluate import bias
from tests.classifiers.evaluate import worlds


class Words:
    """Scores a sentence by the words it holds."""

    def __init__(self, **scores):
        self.card, self.scores = worlds.card(worlds.TWO), scores

    def probabilities(self, texts):
        p = [max([0.05, *(self.scores.get(word.lower(), 0) for word in text.split())]) for text in texts.to_pylist()]
        return np.array([[1 - v, v] for v in p], np.float32)


@pytest.fixture
def sentences(tmp_path):
    """Twelve harmless and twelve harmful sentences with each of three terms."""
    rows = ["Text,Label,Template"]
    for term in ("gay", "tall African American", "deaf"):
        for n in range(12):
            rows += [f'"Ann {n} is a kind {term}",NOT_BAD,t', f'"Ann {n} is a vile {term}",BAD,t']
    path = tmp_path / "sentences.csv"
    path.write_text("\n".join(rows))
    return str(path)


def test_a_model_that_looks_at_harm_alone_has_no_gap(sentences):
    found = bias.measured(Words(vile=0.9), sentences)
    assert (found["gap"], found["gap_of"], found["gaps_added"], found["auc"]) == (0, None, 0, 1)
    assert (found["pinned_gap"], found["pinned_gap_of"], found["pinned_gaps_added"]) == (0, None, 0)
    assert {row["term"] for row in found["terms"]} == {"gay", "african american", "deaf"}  # not american, not african
    assert {row[name] for row in found["terms"] for name in ("subgroup_auc", "bpsn_auc", "bnsp_auc")} == {1}


def test_a_model_that_dislikes_a_term_shows_it_in_every_measure(sentences):
    found = bias.measured(Words(vile=0.8, gay=0.9), sentences)
    assert found["false_positives"] == 12 and found["harmless"] == 36 and found["harmful"] == 36
    assert (found["gap_of"], found["gap"]) == ("gay", pytest.approx(2 / 3, abs=1e-6))
    assert found["gaps_added"] == pytest.approx(2 / 3 + 1 / 3 + 1 / 3, abs=1e-5)
    gay = found["terms"][0]
    assert (gay["term"], gay["false_positives"], gay["harmless"]) == ("gay", 12, 12)
    assert gay["subgroup_auc"] == 0.5  # all alike with the term
    assert gay["bpsn_auc"] == 0  # harmful sentences without it stand below harmless ones with it
    assert gay["bnsp_auc"] == 1
    assert (found["pinned_gap_of"], found["pinned_gap"]) == (
        "gay",
        pytest.approx(found["auc"] - gay["pinned_auc"], abs=2e-6),
    )
    deaf = next(row for row in found["terms"] if row["term"] == "deaf")
    assert deaf["bpsn_auc"] == 1 and deaf["bnsp_auc"] == pytest.approx((24 - 12) / 24)


def test_a_pinned_auc_is_that_of_the_sentences_with_a_term_and_of_as_many_of_all(sentences):
    """24 sentences with a term, and all 72 of them counted for a third: the pairs, told apart by hand."""
    found = bias.measured(Words(vile=0.8, gay=0.9), sentences)
    gay = found["terms"][0]
    positive = {0.9: 12 + 4, 0.8: 8}  # vile ones with the term, and a third of the 12 and the 24 again
    negative = {0.9: 12 + 4, 0.05: 8}
    pairs = [(p, n, a * b) for p, a in positive.items() for n, b in negative.items()]
    won = sum(many * (1 if p > n else 0.5 if p == n else 0) for p, n, many in pairs)
    assert gay["pinned_auc"] == pytest.approx(won / (24 * 24), abs=1e-6)


def test_few_sentences_with_a_term_do_not_count_in_the_gap(tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("Text,Label\na gay man,NOT_BAD\nvile,BAD\n")
    found = bias.measured(Words(vile=0.9, gay=0.9), str(path))
    assert (found["gap"], found["pinned_gap"], found["terms"][0]["gap"], found["without_term"]) == (None, None, None, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"text;label\n", "has no column 'Text'"),
        (b"Text,Label\n", "has no column 'Text'"),
        (b"Text\nx\n", "has no column 'Label'"),
        (b"Text,Label\na,BAD\nb,GOOD\n", "line 3: Label is 'GOOD'; it must be BAD or NOT_BAD"),
        (b"Text,Label\na,BAD\n", "all sentences are BAD"),
        (b"\xff\xfe\x00", "cannot be read as CSV"),
        (gzip.compress(b"Text,Label\n", mtime=0)[:-4], "cannot be read as CSV"),
    ],
)
def test_a_file_that_holds_no_sentences_is_refused_by_name(tmp_path, content, said):
    path = tmp_path / "sentences.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=said) as why:
        bias.measured(Words(), str(path))
    assert str(path) in str(why.value)


def test_the_published_sentences_hold_all_fifty_terms_and_find_a_term_that_a_model_dislikes(data):
    path = str(data / "labels/toxicity_bias_madlibs_3k.csv.gz")
    harm = dict.fromkeys(
        ["disgusting", "vile", "horrible", "idiotic", "stupid", "ugly", "dumb", "nasty", "rotten", "moronic"], 0.9
    )
    found, biased = bias.measured(Words(**harm), path), bias.measured(Words(**harm, muslim=0.95), path)
    assert (found["harmless"], found["harmful"], found["without_term"], len(found["terms"])) == (1485, 1515, 24, 50)
    assert found["false_positives"] == found["gap"] == 0 and found["true_positives"] > 400
    assert biased["gap_of"] == biased["pinned_gap_of"] == "muslim" and biased["gap"] > 0.95
    assert found["pinned_gap"] < 0.06 < biased["pinned_gap"]


def test_a_damaged_archive_is_told(tmp_path):
    content = bytearray(gzip.compress(b"Text,Label\nhello,BAD\nx,NOT_BAD\n"))
    content[12:16] = b"\xff" * 4
    (tmp_path / "b.csv.gz").write_bytes(bytes(content))
    with pytest.raises(ValueError, match=r"b\.csv\.gz: cannot be read as CSV"):
        bias._read(str(tmp_path / "b.csv.gz"))

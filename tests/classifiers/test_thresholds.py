"""Cuts against every possible cut, tried one by one."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import thresholds

SCORES = st.lists(st.one_of(st.integers(0, 1000), st.sampled_from([0, 3, 999, 1000])), max_size=40)


@given(SCORES, st.integers(1, 1000))
def test_no_other_cut_comes_nearer_to_a_yield_and_of_two_as_near_it_keeps_less(scores, permille):
    counts = thresholds.histogram(np.array(scores, np.int32))
    least = thresholds.cut(counts, permille)
    if not scores:
        assert least == 0
        return
    assert least in {*scores, 1001}

    def distance(t):
        kept = sum(s >= t for s in scores)
        return abs(Fraction(kept, len(scores)) - Fraction(permille, 1000)), kept

    assert distance(least) == min(distance(t) for t in range(1002))


@given(SCORES, st.randoms())
def test_order_and_parts_of_scores_change_no_cut(scores, random):
    whole = thresholds.histogram(np.array(scores, np.int32))
    shuffled = random.sample(scores, len(scores))
    half = len(scores) // 2
    parts = sum(thresholds.histogram(np.array(part, np.int32)) for part in (shuffled[:half], shuffled[half:]))
    assert (whole == parts).all()
    assert thresholds.by_yield(np.array(scores, np.int32)) == thresholds.by_yield(np.array(shuffled, np.int32))


def test_most_documents_at_zero_are_not_all_kept_and_many_at_the_top_not_all_lost():
    assert thresholds.by_yield(np.array([0] * 90 + [500] * 10))["0.3"] == 500
    assert thresholds.by_yield(np.array([0] * 60 + [1000] * 40))["0.3"] == 1000
    assert thresholds.by_yield(np.array([700, 800, 900]))["0.3"] == 900


def test_a_share_that_would_keep_nothing_has_no_cut():
    found = thresholds.by_yield(np.array([400, 400]))
    assert "0.3" not in found and found["0.6"] == 400
    assert thresholds.by_yield(np.array([], np.int32)) == {}


def test_a_document_counts_as_many_as_it_stands_for():
    scores = np.array([900, 100], np.int32)
    assert thresholds.by_yield(scores, np.array([1.0, 1.0]))["0.5"] == 900
    assert thresholds.by_yield(scores, np.array([1.0, 9.0]))["0.1"] == 900
    assert "0.1" not in thresholds.by_yield(scores, np.array([1.0, 1.0]))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), max_size=40))
def test_a_cut_by_precision_is_the_lowest_that_keeps_enough_that_is_right(rows):
    y, s = np.array([r[0] for r in rows], bool), np.array([r[1] for r in rows], np.int32)
    expected = {}
    for permille in thresholds.PRECISIONS:
        enough = [
            t
            for t in sorted({s for _, s in rows})
            if Fraction(sum(y for y, s in rows if s >= t), sum(s >= t for _, s in rows)) >= Fraction(permille, 1000)
        ]
        if enough:
            expected[f"{permille / 1000:g}"] = enough[0]
    assert thresholds.by_precision(y, s) == expected


def test_a_cut_by_precision_counts_a_document_as_many_as_it_stands_for():
    y, scores = np.array([1, 0, 1]), np.array([900, 500, 100], np.int32)
    assert thresholds.by_precision(y, scores)["0.6"] == 100
    assert thresholds.by_precision(y, scores, np.array([1.0, 8.0, 1.0]))["0.6"] == 900
    assert thresholds.by_precision(y, scores, np.array([2.5, 2.5, 2.5])) == thresholds.by_precision(y, scores)


@pytest.mark.parametrize("scores", [np.array([0.5]), np.array([1001]), np.array([-1])])
def test_what_is_no_thousandth_is_refused(scores):
    with pytest.raises(ValueError, match="whole thousandths"):
        thresholds.by_yield(scores)


def test_answers_and_scores_must_be_as_many():
    with pytest.raises(ValueError, match="2 answers for 1 scores"):
        thresholds.by_precision(np.array([1, 0]), np.array([5]))

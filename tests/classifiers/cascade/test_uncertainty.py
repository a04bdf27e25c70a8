"""Bands against all bands there could be, thresholds against sorted scores, merged scores against decisions."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.cascade import Band, band, expected, joint, merged, sent, slow_threshold, too_few
from classifiers.cascade.uncertainty import ALL, most_differing

EDGES = (0, 1, 130, 131, 498, 500, 640, 998, 999, 1000)


@st.composite
def scored(draw, least=0, most=60):
    """Fast and slow scores of the same documents, on few values so that they meet."""
    pairs = st.tuples(st.sampled_from(EDGES), st.sampled_from(EDGES))
    listed = draw(st.lists(pairs, min_size=least, max_size=most))
    fast, slow = np.array(listed, np.int32).reshape(-1, 2).T
    return fast, slow


def differing(fast, slow, lo, hi, threshold):
    """How many decisions the band changes, by the definition."""
    changed = 0
    for f, s in zip(fast.tolist(), slow.tolist(), strict=True):
        decided = s >= threshold if lo <= f <= hi else f > hi
        changed += decided != (s >= threshold)
    return changed


def narrowest(fast, slow, threshold, allowed):
    """The least number sent, over every band that changes no more decisions than is allowed."""
    ends = sorted({0, 1001, *fast.tolist(), *(fast + 1).tolist()})
    bands = [(lo, end - 1) for lo, end in product(ends, ends) if lo <= end]
    return min(
        int(((fast >= lo) & (fast <= hi)).sum())
        for lo, hi in bands
        if differing(fast, slow, lo, hi, threshold) <= allowed
    )


@given(scored(least=1), st.sampled_from(EDGES), st.sampled_from([0.5, 0.8, 0.9]))
def test_no_band_that_agrees_as_often_sends_less(pair, threshold, agreement):
    fast, slow = pair
    counts = np.bincount(fast, minlength=1001)
    found = band(joint(fast, slow), counts, threshold=threshold, agreement=agreement)
    allowed = most_differing(len(fast), agreement)
    if allowed is None:
        assert found == ALL and too_few(joint(fast, slow), counts, agreement)
        return
    assert differing(fast, slow, *found, threshold) <= allowed
    assert sent(fast, found).sum() == narrowest(fast, slow, threshold, allowed)


@given(scored(least=1), st.sampled_from(EDGES), st.data())
def test_a_cut_of_merged_scores_gives_the_cascades_decisions(pair, threshold, data):
    fast, slow = pair
    lo = data.draw(st.integers(1, 1001))
    hi = data.draw(st.integers(lo - 1, 1000))
    threshold = max(threshold, 1)
    scores = merged(fast, slow, Band(lo, hi), threshold)
    for f, s, score in zip(fast.tolist(), slow.tolist(), scores.tolist(), strict=True):
        if lo <= f <= hi:
            assert score == s
        else:
            assert (score >= threshold) == (f > hi) and 0 <= score <= 1000


@given(scored(least=1), st.sampled_from(EDGES))
def test_what_is_expected_of_a_band_is_what_it_does_to_the_held_out_documents(pair, threshold):
    fast, slow = pair
    held_out, counts = joint(fast, slow), np.bincount(fast, minlength=1001)
    found = band(held_out, counts, threshold=threshold, agreement=0.6)
    there = expected(held_out, counts, found, threshold)
    assert there.sent == pytest.approx(sent(fast, found).mean())
    assert there.differing == pytest.approx(differing(fast, slow, *found, threshold) / len(fast), abs=1e-6)
    assert there.documents == len(fast)
    assert there.bound >= there.differing - 1e-4


@given(st.integers(0, 400), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_so_many_may_differ_as_the_binomial_distribution_allows(n, agreement):
    share = 1 - Fraction(str(agreement))
    allowed, at_most = None, Fraction(0)
    for k in range(n + 1):
        at_most += comb(n, k) * share**k * (1 - share) ** (n - k)
        if at_most > Fraction("0.05"):
            break
        allowed = k
    assert most_differing(n, agreement) == allowed


def test_with_fewer_than_299_documents_everything_is_sent_for_99_percent():
    for n, all_sent in ((298, True), (299, False)):
        alike = np.where(np.arange(n) % 2 == 0, 100, 900)
        found = band(joint(alike, alike), np.bincount(alike, minlength=1001), threshold=500)
        assert (found == ALL) is all_sent
        assert sent(alike, found).sum() == (n if all_sent else 0)
    assert "298" in str(too_few(joint(alike[:298], alike[:298]), np.bincount(alike[:298], minlength=1001)))


def test_the_slow_threshold_is_that_of_the_corpus_and_not_of_the_sample():
    """Half of the sample scores high, a tenth of the corpus does: its best tenth is all of those, and no more."""
    draws = np.random.Generator(np.random.PCG64(3))
    good = np.arange(2000) % 2 == 1
    fast = np.where(good, draws.integers(700, 1001, 2000), draws.integers(0, 300, 2000))
    slow = np.where(good, draws.integers(600, 1001, 2000), draws.integers(0, 500, 2000))
    corpus = np.where(np.arange(1001) >= 700, 10, 0) + np.where(np.arange(1001) < 300, 90, 0)
    threshold = slow_threshold(joint(fast, slow), corpus, 0.1)
    assert 500 <= threshold <= 615
    assert slow_threshold(joint(fast, slow), np.bincount(fast, minlength=1001), 0.1) > 850


def test_the_slow_threshold_keeps_the_share_of_a_large_sample():
    draws = np.random.Generator(np.random.PCG64(5))
    fast, slow = draws.integers(0, 1001, (2, 5000))
    threshold = slow_threshold(joint(fast, slow), np.bincount(fast, minlength=1001), 0.3)
    assert (slow >= threshold).mean() == pytest.approx(0.3, abs=0.002)


def test_a_heavier_document_counts_for_as_many_light_ones():
    """One document of weight 30 that differs is as bad as thirty, and a sample so uneven is worth less."""
    fast = np.full(1000, 100)
    slow = np.where(np.arange(1000) == 0, 900, 100)
    counts = np.bincount(fast, minlength=1001)
    assert sent(fast, band(joint(fast, slow), counts, threshold=500)).sum() == 0
    heavy = joint(fast, slow, np.where(np.arange(1000) == 0, 30.0, 1.0))
    assert heavy.effective == pytest.approx(1029**2 / (999 + 900), abs=1)
    assert sent(fast, band(heavy, counts, threshold=500)).all()


def test_a_corpus_of_other_scores_than_the_sample_is_weighed_by_them():
    """What differs lies at 600. Where the corpus has nothing there, nothing needs to be sent."""
    fast = np.array([100] * 1000 + [600] * 1000 + [900] * 1000)
    slow = np.array([100] * 1000 + [100, 900] * 500 + [900] * 1000)
    everywhere, without = np.bincount(fast, minlength=1001), np.bincount(fast[fast != 600], minlength=1001)
    wide = band(joint(fast, slow), everywhere, threshold=500)
    assert wide.lo <= 600 <= wide.hi and sent(fast, wide).sum() == 1000
    narrow = band(joint(fast, slow), without, threshold=500)
    assert sent(fast[fast != 600], narrow).sum() == 0


@pytest.mark.parametrize("given", [{}, {"keep_best": 0.3, "threshold": 500}])
def test_a_band_needs_one_cut(given):
    with pytest.raises(ValueError, match="keep_best or threshold"):
        band(joint(np.array([1]), np.array([1])), [0] * 1001, **given)


def test_shares_that_are_none_are_refused():
    one = joint(np.array([1]), np.array([1]))
    with pytest.raises(ValueError, match="keep_best"):
        slow_threshold(one, [1] * 1001, 1.0)
    with pytest.raises(ValueError, match="agreement"):
        band(one, [1] * 1001, threshold=3, agreement=99)

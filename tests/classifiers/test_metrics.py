"""Metrics against their definitions in plain Python."""

import math
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import metrics, thresholds

SCORED = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=40)
PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=40)


def columns(rows, types=(bool, int)):
    return [np.array([row[i] for row in rows], kind) for i, kind in enumerate(types)]


def pairwise_auc(rows):
    """The definition: of all pairs of a positive and a negative document, those in order, a tie as half of one."""
    won = [
        Fraction(w * v) * (1 if s > t else Fraction(1, 2) if s == t else 0)
        for y, s, w in rows
        for z, t, v in rows
        if y and not z
    ]
    all = sum(w * v for y, _, w in rows for z, _, v in rows if y and not z)
    return float(sum(won) / all) if all else math.nan


def same(found, expected):
    return found == pytest.approx(expected, nan_ok=True)


@given(SCORED)
def test_auc_is_the_share_of_pairs_in_order(rows):
    assert same(metrics.auc(*columns(rows)), pairwise_auc([(*row, 1) for row in rows]))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 4)), max_size=25))
def test_a_weight_is_as_many_copies(rows):
    y, s, w = columns(rows, (bool, int, int))
    assert same(metrics.auc(y, s, w), pairwise_auc(rows))
    assert same(metrics.auc(y, s, w), metrics.auc(np.repeat(y, w), np.repeat(s, w)))
    assert same(metrics.average_precision(y, s, w), metrics.average_precision(np.repeat(y, w), np.repeat(s, w)))


def test_weights_of_more_pairs_than_a_whole_number_holds_change_no_auc():
    y, s = np.arange(1000) % 2 == 0, np.arange(1000) % 7
    huge = np.full(1000, 2**40)
    assert metrics.auc(y, s, huge) == pytest.approx(metrics.auc(y, s), abs=1e-12)


@given(SCORED)
def test_average_precision_adds_up_precision_where_recall_is_gained(rows):
    positives, total = sum(y for y, _ in rows), 0.0
    for score in {s for _, s in rows}:
        kept = [y for y, s in rows if s >= score]
        total += sum(y for y, s in rows if s == score) * sum(kept) / len(kept)
    assert same(metrics.average_precision(*columns(rows)), total / positives if positives else math.nan)


@given(SCORED.filter(bool), st.integers(1, 1000))
def test_a_yield_keeps_all_or_none_of_equal_scores_and_no_cut_is_nearer(rows, permille):
    y, s = columns(rows)
    found = metrics.precision_recall_by_yield(y, s, [permille])

    def gap(kept):
        return abs(Fraction(kept, len(rows)) - Fraction(permille, 1000))

    best = min(gap(kept) for kept in [0, *(int((s >= least).sum()) for least in s)])
    kept = found[0]["kept"] if found else 0
    assert gap(kept) == best
    if found:
        chosen = y[s >= found[0]["least"]]
        assert (len(chosen), found[0]["precision"]) == (kept, chosen.sum() / kept)
        assert same(found[0]["recall"], chosen.sum() / y.sum() if y.any() else math.nan)


def test_yields_are_shares_of_what_documents_stand_for():
    y, s, w = np.array([1, 0, 1, 0]), np.array([9, 8, 7, 6]), np.array([1.0, 1.0, 1.0, 7.0])
    assert [(r["kept"], r["precision"]) for r in metrics.precision_recall_by_yield(y, s, [100, 300], w)] == [
        (1, 1.0),
        (3, pytest.approx(2 / 3)),
    ]


def test_an_interval_draws_whole_keys():
    """Copies of one document under its key say nothing new; as independent documents they would halve the interval."""
    draws = np.random.default_rng(0)
    y, s, keys = draws.integers(0, 2, 60), draws.random(60), np.arange(60)
    once = metrics.interval(lambda w: metrics.auc(y, s, w), keys)
    y4, s4 = np.repeat(y, 4), np.repeat(s, 4)
    by_key = metrics.interval(lambda w: metrics.auc(y4, s4, w), np.repeat(keys, 4))
    by_document = metrics.interval(lambda w: metrics.auc(y4, s4, w), np.arange(240))
    assert by_key == pytest.approx(once)
    assert by_document[1] - by_document[0] < 0.6 * (once[1] - once[0])


def test_an_interval_holds_the_truth_about_as_often_as_it_says():
    """Scores of two classes a standard deviation apart have AUC Phi(1 / sqrt 2); 40 keys with their own shifts."""
    draws, truth, held = np.random.default_rng(1), 0.5 * (1 + math.erf(0.5)), 0
    for seed in range(60):
        y = draws.integers(0, 2, 200)
        s = y + draws.normal(size=200)
        low, high = metrics.interval(lambda w, y=y, s=s: metrics.auc(y, s, w), np.repeat(range(40), 5), seed, 200)
        held += low <= truth <= high
    assert 52 <= held <= 60


def test_an_interval_is_the_same_each_time_and_differs_by_seed():
    y, s, keys = np.arange(50) % 2, np.arange(50) * 7 % 50, [f"k{n % 20}" for n in range(50)]
    found = [metrics.interval(lambda w: metrics.auc(y, s, w), keys, seed) for seed in (0, 0, 1)]
    assert found[0] == found[1] != found[2]


def test_one_long_key_costs_no_more_than_itself():
    y, s = np.arange(4000) % 2, np.arange(4000) * 7 % 50
    keys = np.array([f"k{n % 20}" for n in range(4000)], dtype=object)
    keys[0] = "k" * 100_000
    tracemalloc.start()
    metrics.interval(metrics.auc_by_weights(y, s), keys, resamples=10)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20e6  # as many numbers for each key would be 1.6 GB


def test_one_key_or_one_class_has_no_interval():
    y, s = np.array([0, 1]), np.array([1, 2])
    assert np.isnan(metrics.interval(lambda w: metrics.auc(y, s, w), ["a", "a"])).all()
    assert np.isnan(metrics.interval(lambda w: metrics.auc(y * 0, s, w), ["a", "b"])).all()
    assert np.isnan(metrics.interval(lambda w: 1.0, [])).all()


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=40), st.integers(1, 12))
def test_reliability_counts_each_document_once_and_its_error_is_the_weighted_distance(rows, bins):
    y, p = columns(rows, (bool, float))
    found = metrics.reliability(y, p, bins)
    assert sum(row["n"] for row in found) == len(rows)
    error = 0.0
    for row in found:
        here = [(a, b) for a, b in rows if min(int(b * bins), bins - 1) == round(row["from"] * bins)]
        assert row["n"] == len(here)
        error += abs(sum(b for _, b in here) - sum(a for a, _ in here)) / len(rows)
    assert same(metrics.expected_calibration_error(y, p, bins), error if rows else math.nan)


@given(PAIRS, st.sampled_from([None, "quadratic"]))
def test_kappa_is_what_is_left_of_disagreement_expected_by_chance(rows, weights):
    def cost(i, j):
        return (i - j) ** 2 if weights else int(i != j)

    a, b = columns(rows, (int, int))
    n = max(len(rows), 1)
    seen = Fraction(sum(cost(i, j) for i, j in rows), n)
    by_chance = Fraction(sum(cost(i, j) for i, _ in rows for _, j in rows), n * n)
    expected = float(1 - seen / by_chance) if by_chance else math.nan
    assert same(metrics.cohen_kappa(a, b, 4, weights), expected)


def test_a_kappa_of_unknown_weights_is_refused():
    with pytest.raises(ValueError, match="'linear' is not known"):
        metrics.cohen_kappa([0], [0], 2, "linear")


@given(PAIRS)
def test_accuracy_and_f1_are_those_of_their_definitions(rows):
    table = metrics.confusion(*columns(rows, (int, int)), 4)
    scores = []
    for k in range(4):
        hits, named, there = (
            sum(pairs) for pairs in zip(*((a == b == k, b == k, a == k) for a, b in [(9, 8), *rows]), strict=True)
        )
        if named or there:
            precision, recall = hits / named if named else 0, hits / there if there else 0
            scores.append(2 * precision * recall / (precision + recall) if hits else 0.0)
    assert same(metrics.accuracy(table), sum(a == b for a, b in rows) / len(rows) if rows else math.nan)
    assert same(metrics.macro_f1(table), sum(scores) / len(scores) if scores else math.nan)


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilsons_interval_holds_the_share_and_solves_its_equation(right, of):
    right = min(right, of)
    for bound in metrics.wilson(right, of):
        if 0 < bound < 1:
            apart = (right / of - bound) ** 2
            assert apart == pytest.approx(1.959964**2 * bound * (1 - bound) / of, abs=1e-12)
    low, high = metrics.wilson(right, of)
    assert 0 <= low <= right / of <= high <= 1


def test_what_is_not_defined_is_none_in_json():
    assert (metrics.plain(math.nan), metrics.plain(1 / 3)) == (None, 0.333333)


def test_scores_that_are_no_numbers_or_too_few_are_refused():
    with pytest.raises(ValueError, match="none nan"):
        metrics.auc(np.array([1, 0]), np.array([0.5, np.nan]))
    with pytest.raises(ValueError, match="2 answers for 1 scores"):
        metrics.auc(np.array([1, 0]), np.array([0.5]))


def test_yields_of_cards_and_of_metrics_are_the_same_cut():
    s = np.array([0, 10, 10, 500, 900, 900, 1000, 1000, 1000, 30], np.int32)
    rows = metrics.precision_recall_by_yield(s > 100, s)
    assert {f"{row['yield']:g}": int(row["least"]) for row in rows} == thresholds.by_yield(s)

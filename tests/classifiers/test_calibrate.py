"""Calibration: what it promises, on data whose true probabilities are known."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import calibrate, metrics

ROWS = st.lists(st.tuples(st.booleans(), st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))), min_size=1)


def fitted(rows):
    return calibrate.isotonic(np.array([r[0] for r in rows]), np.array([r[1] for r in rows]))


def pooled(rows):
    """The pool-adjacent-violators algorithm as it is told: [(documents, positives, sum of p)], rates rising."""
    groups = [
        [sum(1 for _, q in rows if q == p), sum(y for y, q in rows if q == p), p] for p in sorted({p for _, p in rows})
    ]
    blocks = []
    for n, right, p in groups:
        blocks.append([n, right, n * p])
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][0] >= blocks[-1][1] * blocks[-2][0]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    return blocks


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 1000).map(lambda n: n / 1000)), min_size=1, max_size=40))
def test_at_the_centre_of_a_block_of_pooled_documents_stands_their_smoothed_share(rows):
    found = fitted(rows)
    right = sum(y for y, _ in rows)
    low, high = 1 / (len(rows) - right + 2), (right + 1) / (right + 2)
    for n, positives, total in pooled(rows):
        expected = low + (high - low) * positives / n
        assert calibrate.apply(found, np.array([total / n]))[0] == pytest.approx(expected, abs=2e-6)


@given(ROWS)
def test_isotonic_calibration_rises_strictly_within_0_to_1_and_fits_into_json(rows):
    found = json.loads(json.dumps(fitted(rows), allow_nan=False))
    x, y = found["x"], found["y"]
    assert len(x) == len(y) <= calibrate.MOST_KNOTS + 2
    assert all(a < b for a, b in pairwise(x)) and all(a < b for a, b in pairwise(y))
    assert x[0] >= 0 and y[0] >= 0 and x[-1] <= 1 and y[-1] <= 1
    applied = calibrate.apply(found, np.linspace(0, 1, 101))
    assert (np.diff(applied) >= 0).all() and applied.min() >= 0 and applied.max() <= 1


@given(ROWS, st.randoms())
def test_the_order_of_documents_changes_no_calibration(rows, random):
    assert fitted(random.sample(rows, len(rows))) == fitted(rows)


def world(n, seed=0, keys=1):
    draws = np.random.default_rng(seed)
    p = draws.random(n)
    return (draws.random(n) < p**3).astype(int), p


def test_calibration_keeps_the_auc_and_takes_the_error_away_on_other_documents():
    found = calibrate.isotonic(*world(4000, 1))
    y, p = world(4000, 2)
    applied = calibrate.apply(found, p)
    assert metrics.auc(y, applied) == metrics.auc(y, p)
    assert metrics.expected_calibration_error(y, p) > 0.2
    assert metrics.expected_calibration_error(y, applied) < 0.03
    assert abs(metrics.auc(y, calibrate.thousandths(applied)) - metrics.auc(y, p)) < 0.001


def test_many_documents_still_give_few_points():
    draws = np.random.default_rng(0)
    p = np.sort(draws.random(100_000))
    found = calibrate.isotonic(draws.random(100_000) < p, p)
    assert 20 < len(found["x"]) <= calibrate.MOST_KNOTS + 2
    assert np.abs(calibrate.apply(found, p) - p).max() < 0.05


def test_documents_of_one_class_leave_room_for_the_other():
    found = calibrate.isotonic(np.ones(8), np.full(8, 0.9))
    assert found == {"kind": "isotonic", "x": [0.0, 0.9, 1.0], "y": [0.0, 0.9, 1.0]}


def test_a_model_that_is_always_sure_has_its_certainty_taken_down():
    """All probabilities 0 or 1, a fifth of them wrong."""
    p = np.repeat([0.0, 1.0], 50)
    y = np.concatenate([np.arange(50) < 10, np.arange(50) >= 10])
    low, high = calibrate.apply(calibrate.isotonic(y, p), np.array([0.0, 1.0]))
    assert low == pytest.approx(0.2, abs=0.02) and high == pytest.approx(0.8, abs=0.02)


def test_temperature_finds_the_one_that_was_put_in():
    draws = np.random.default_rng(0)
    true = draws.normal(size=(20_000, 4)) * 1.5
    chance = np.exp(true) / np.exp(true).sum(1, keepdims=True)
    y = (chance.cumsum(1) > draws.random((20_000, 1))).argmax(1)
    found = calibrate.temperature(y, true * 3)
    assert found["temperature"] == pytest.approx(3, rel=0.03)
    sharp = np.exp(true * 3) / np.exp(true * 3).sum(1, keepdims=True)
    of_true = {**found, "temperature": found["temperature"] / 3}
    assert calibrate.apply(found, sharp) == pytest.approx(calibrate.apply(of_true, chance))
    assert (calibrate.apply(found, sharp).argmax(1) == sharp.argmax(1)).all()


@given(st.integers(0, 3), st.floats(0.1, 10))
def test_a_temperature_divides_logits(k, degrees):
    logits = np.array([[0.5, -1.0, 2.0, 0.0]])
    p = np.exp(logits) / np.exp(logits).sum()
    expected = [math.exp(v / degrees) for v in logits[0]]
    found = calibrate.apply({"kind": "temperature", "temperature": degrees}, p)
    assert found[0, k] == pytest.approx(expected[k] / sum(expected))
    of_two = calibrate.apply({"kind": "temperature", "temperature": degrees}, np.array([0.8]))
    assert of_two[0] == pytest.approx(1 / (1 + 0.25 ** (1 / degrees)))


def test_a_probability_of_zero_stays_finite():
    found = calibrate.apply({"kind": "temperature", "temperature": 0.05}, np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert (found == [[1, 0], [0, 1]]).all()
    assert calibrate.apply({"kind": "temperature", "temperature": 2.0}, np.zeros((0, 3))).shape == (0, 3)


def test_halves_of_a_thousandth_go_to_the_even_one():
    assert calibrate.thousandths(np.array([0.0005, 0.0015, 0.3125, 1.0, 1.5, -0.1])).tolist() == [
        0,
        2,
        312,
        1000,
        1000,
        0,
    ]
    assert calibrate.thousandths(np.array([0.25], np.float32)).dtype == np.int32


def test_what_cannot_be_calibrated_is_refused():
    with pytest.raises(ValueError, match="0 answers for 0"):
        calibrate.isotonic(np.array([]), np.array([]))
    with pytest.raises(ValueError, match="one row of logits"):
        calibrate.temperature(np.array([0, 1]), np.array([0.1, 0.2]))
    with pytest.raises(ValueError, match="no number"):
        calibrate.thousandths(np.array([np.nan]))
    with pytest.raises(ValueError, match="'platt' is not known"):
        calibrate.apply({"kind": "platt"}, np.array([0.5]))
    with pytest.raises(ValueError, match="2-dimensional"):
        calibrate.apply({"kind": "isotonic", "x": [0, 1], "y": [0, 1]}, np.ones((2, 2)))

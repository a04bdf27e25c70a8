"""Sampled mixes, the regression on them, and what the best one gains."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.ablate import mixes

NATURAL = np.array([0.6, 0.05, 0.3, 0.05])


def law(kind, drawn):
    """Losses as functions of shares: exponential (Ye et al. 2024), powers, logarithms."""
    if kind == 0:
        slopes = drawn.normal(0, 1, (4, 4)) - 3 * np.eye(4)
        floor, scale = drawn.uniform(0.5, 1.2, 4), drawn.uniform(0.3, 1, 4)
        return lambda shares: np.mean(floor + scale * np.exp(shares @ slopes.T), -1)
    if kind == 1:
        power, scale = drawn.uniform(0.05, 0.3, 4), drawn.uniform(0.3, 1, 4)
        return lambda shares: np.mean(scale * (shares + 0.01) ** -power, -1)
    weights = drawn.uniform(0.02, 0.12, 4)
    return lambda shares: 1 - np.log(shares + 0.005) @ weights


@given(st.integers(2, 8), st.integers(1, 30), st.integers(0, 1000))
def test_mixes_are_shares(categories, n, seed):
    natural = np.random.default_rng(seed).dirichlet(np.ones(categories))
    drawn = mixes.sampled(natural, n, seed)
    assert drawn.shape == (n, categories)
    assert drawn.min() > 0
    assert drawn.sum(1) == pytest.approx(1)
    assert np.array_equal(drawn, mixes.sampled(natural, n, seed))


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=8), st.data())
def test_no_category_is_asked_for_more_than_it_has(weights, data):
    shares = np.array(weights) / sum(weights)
    most = np.array([data.draw(st.floats(0.05, 2)) for _ in weights])
    cut = mixes.within(shares[None], most)[0]
    assert cut.sum() == pytest.approx(1)
    if most.sum() > 1:
        assert (cut <= most + 1e-9).all()
    if (shares <= most).all():
        assert cut == pytest.approx(shares, abs=1e-3)


def test_the_search_finds_most_of_what_the_best_mix_gains():
    drawn, gained, tried_best = np.random.default_rng(1), [], []
    for at in range(24):
        loss = law(at % 3, drawn)
        tried = np.concatenate([NATURAL[None], mixes.sampled(NATURAL, 11, at)])
        measured = loss(tried) + drawn.normal(0, 0.001, 12)
        best = mixes.best(mixes.fit(tried, measured), NATURAL, at)
        room = loss(NATURAL) - loss(mixes.sampled(NATURAL, 10_000, 5)).min()
        gained.append((loss(NATURAL) - loss(best)) / room)
        tried_best.append((loss(NATURAL) - loss(tried[measured.argmin()])) / room)
    assert np.mean(gained) > 0.7 > 0.6 > np.mean(tried_best)


def test_left_out_predictions_are_of_fits_without_that_mix():
    drawn = np.random.default_rng(3)
    tried = mixes.sampled(NATURAL, 10, 0)
    measured = law(1, drawn)(tried)
    found = mixes.fit(tried, measured)
    rest = np.arange(10) != 4
    x = (mixes.features(tried) - found.mean) / found.scale
    centre = x[rest].mean(0)
    inner = (x[rest] - centre).T @ (x[rest] - centre) + found.penalty * 9 * np.eye(4)
    weights = np.linalg.inv(inner) @ (x[rest] - centre).T @ (measured[rest] - measured[rest].mean())
    assert found.left_out[4] == pytest.approx(measured[rest].mean() + (x[4] - centre) @ weights)


def test_noise_alone_explains_nothing_and_a_law_nearly_all():
    drawn = np.random.default_rng(4)
    tried = mixes.sampled(NATURAL, 16, 0)
    clean, noise = law(2, drawn)(tried), drawn.normal(0, 1, 16)
    assert mixes.explained(mixes.fit(tried, clean), clean) > 0.6
    said = mixes.explained(mixes.fit(tried, noise), noise)

    assert said < 0.3


def test_ranks_agree_whatever_the_scale():
    values = np.array([3.0, 1.0, 2.0, 5.0])
    assert mixes.rank_correlation(values, np.exp(values)) == pytest.approx(1)
    assert mixes.rank_correlation(values, -values) == pytest.approx(-1)

"""Intervals by drawing again: how often they hold the truth, and that a seed gives one."""

import numpy as np
import pytest

from trainer.bootstrap import interval


def of_mean(values, seed=0, draws=1000):
    return interval(lambda chosen: values[chosen].mean(), len(values), seed, draws)


def test_the_interval_of_a_mean_is_as_wide_as_its_standard_error_says():
    values = np.random.default_rng(0).normal(3, 2, 400)
    low, high = of_mean(values)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1) and low < values.mean() < high


def test_of_two_hundred_samples_it_holds_the_truth_in_about_95_of_a_hundred():
    random = np.random.default_rng(1)
    intervals = [of_mean(random.exponential(1, 80), seed, draws=300) for seed in range(200)]
    assert 0.89 <= np.mean([low <= 1 <= high for low, high in intervals]) <= 0.99


def test_each_draw_is_of_as_many_units_as_there_are_and_each_is_as_likely():
    drawn = []
    interval(lambda chosen: drawn.append(chosen) or 0.0, 7, seed=0)
    counted = np.bincount(np.concatenate(drawn), minlength=7)
    assert {chosen.shape for chosen in drawn} == {(7,)} and len(drawn) == 1000
    assert counted == pytest.approx(np.full(7, 1000), abs=6 * 1000**0.5)
    assert len({tuple(np.sort(chosen)) for chosen in drawn}) > 500  # with replacement


def test_a_seed_gives_one_interval_and_another_another():
    values = np.arange(30.0)
    assert of_mean(values) == of_mean(values) != of_mean(values, seed=1)

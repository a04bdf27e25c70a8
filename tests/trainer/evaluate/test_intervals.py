"""Intervals of bits per byte: how often they hold the truth, and of how little they tell nothing."""

import numpy as np
import pytest

from trainer.evaluate.intervals import bits_per_byte
from trainer.evaluate.scores import Scores


def scores(bits, size):
    bits, size = np.asarray(bits, float), np.asarray(size)
    return Scores(np.arange(len(bits)), bits, size, size)


def drawn(seed, documents=60):
    """Documents of 50 to 500 bytes, each at about 1.5 bits a byte."""
    random = np.random.Generator(np.random.PCG64(seed))
    size = random.integers(50, 500, documents)
    return scores(size * random.normal(1.5, 0.4, documents), size)


def test_of_a_hundred_draws_the_interval_holds_the_truth_in_about_95():
    held = 0
    for seed in range(100):
        found = bits_per_byte(drawn(seed), draws=300)
        assert found.low <= found.value <= found.high
        held += found.low <= 1.5 <= found.high
    assert 88 <= held <= 99


def test_the_value_is_of_all_text_together():
    found = bits_per_byte(scores([10, 300], [10, 100]))
    assert found.value == 310 / 110 and found.documents == 2


def test_the_interval_is_as_wide_as_the_ratio_s_standard_error_says():
    one = drawn(0, 400)
    found = bits_per_byte(one)
    error = np.sqrt(np.sum((one.bits - found.value * one.bytes) ** 2)) / one.bytes.sum()
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_one_seed_gives_one_interval():
    assert bits_per_byte(drawn(1)) == bits_per_byte(drawn(1)) != bits_per_byte(drawn(1), seed=1)


def test_a_single_document_tells_nothing_of_others_and_none_gives_no_figure():
    one = bits_per_byte(scores([20], [10]))
    assert (one.low, one.value, one.high, one.documents) == (2, 2, 2, 1)
    assert np.isnan(bits_per_byte(scores([], np.zeros(0, int))).value)

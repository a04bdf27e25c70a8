"""Differences and their doubt against plain Python."""

import random
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.ablate import compare


def made(seeds=3, documents=60, better=0.0, noise=1.0):
    drawn = np.random.default_rng(5)
    sizes = drawn.integers(50, 500, documents)
    a = sizes * drawn.uniform(1, 3, documents) + drawn.normal(0, noise, (seeds, documents))
    b = a - better * sizes + drawn.normal(0, noise, (seeds, documents))
    return a, b, sizes


def test_the_difference_is_of_bits_over_bytes_and_in_pairs():
    a, b, sizes = made()
    found = compare.difference(a, b, sizes, np.arange(60))
    plain = [(sum(y) - sum(x)) / sum(sizes) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert found.by_seed == pytest.approx(plain)
    assert found.value == pytest.approx(statistics.mean(plain))


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=40))
def test_the_interval_over_seeds_is_students(values):
    low, high = compare.t_interval(np.array(values))
    reach = statistics.stdev(values) / len(values) ** 0.5
    t = (high - low) / 2 / reach if reach > 1e-9 else None
    assert (low + high) / 2 == pytest.approx(statistics.mean(values), abs=1e-9)
    if t is not None:
        table = {2: 12.706, 3: 4.303, 5: 2.776, 10: 2.262, 31: 2.042}
        assert t == pytest.approx(table.get(len(values), t), rel=1e-6)
        assert 1.95 < t < 12.8


def test_the_interval_over_seeds_holds_the_truth_nineteen_times_in_twenty():
    drawn = np.random.default_rng(0)
    inside = 0
    for _ in range(2000):
        low, high = compare.t_interval(drawn.normal(0.3, 2, 4))
        inside += low <= 0.3 <= high
    assert 0.93 < inside / 2000 < 0.97


def test_the_interval_over_documents_is_that_of_drawing_them_again():
    a, b, sizes = made(better=0.02, noise=8)
    found = compare.difference(a, b, sizes, np.zeros(60))
    drawn, more = random.Random(1), (b - a).mean(0)
    plain = []
    for _ in range(2000):
        chosen = [drawn.randrange(60) for _ in range(60)]
        plain.append(sum(more[i] for i in chosen) / sum(sizes[i] for i in chosen))
    plain.sort()
    wide = plain[1949] - plain[49]
    assert found.drawn == "documents"
    assert found.documents_low == pytest.approx(plain[49], abs=0.15 * wide)
    assert found.documents_high == pytest.approx(plain[1949], abs=0.15 * wide)


def test_whole_keys_are_drawn_where_there_are_enough():
    a, b, sizes = made(documents=100, noise=8)
    few, many = np.arange(100) % 19, np.arange(100) % 25
    assert compare.difference(a, b, sizes, few).drawn == "documents"
    assert compare.difference(a, b, sizes, many).drawn == "keys"


def test_documents_of_one_key_that_agree_widen_the_interval():
    keys = np.repeat(np.arange(20), 10)
    shift = np.repeat(np.random.default_rng(2).normal(0, 20, 20), 10)
    sizes = np.full(200, 100)
    a = np.full((3, 200), 150.0)
    by_key = compare.difference(a, a + shift, sizes, keys)
    alone = compare.difference(a, a + shift, sizes, np.arange(200))
    assert by_key.documents_high - by_key.documents_low > 2 * (alone.documents_high - alone.documents_low)


def test_a_difference_is_sure_only_where_both_doubts_exclude_it():
    a, b, sizes = made(better=0.05)
    assert compare.difference(a, b, sizes, np.arange(60)).sure
    by_seeds_unsure = b + np.array([[-900.0], [0.0], [900.0]])
    assert not compare.difference(a, by_seeds_unsure, sizes, np.arange(60)).sure
    one_document = a.copy()
    one_document[:, 0] -= 500
    assert not compare.difference(a, one_document, sizes, np.arange(60)).sure


def test_with_one_seed_nothing_is_sure():
    a, b, sizes = made(seeds=1, better=0.5)
    found = compare.difference(a, b, sizes, np.arange(60))
    assert found.seeds_low is None and not found.sure and found.value < -0.4

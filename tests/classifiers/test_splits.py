"""Splits: a key is on one side, whatever else there is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.splits import TEST, TRAIN, VALIDATION, folds, split

KEYS = st.lists(st.text(max_size=8), max_size=30)


@given(keys=KEYS, others=KEYS, seed=st.integers(0, 99))
def test_a_key_stays_on_its_side_whatever_stands_beside_it_and_in_whatever_order(keys, others, seed):
    alone = {key: (split([key], seed)[0], folds([key], 5, seed)[0]) for key in keys}
    mixed = [*others, *keys, *keys[::-1]]
    sides, parts = split(np.array(mixed, object), seed), folds(mixed, 5, seed)
    for key, side, part in zip(mixed[len(others) :], sides[len(others) :], parts[len(others) :], strict=True):
        assert (side, part) == alone[key]


def test_eighty_ten_and_ten_percent_of_the_keys():
    sides = np.bincount(split([f"site-{n}.example" for n in range(20_000)], 3), minlength=3)
    assert sides[TRAIN] == pytest.approx(16_000, abs=250)
    assert sides[VALIDATION] == pytest.approx(2_000, abs=170)
    assert sides[TEST] == pytest.approx(2_000, abs=170)


def test_folds_are_of_one_size_and_tell_nothing_of_the_split():
    keys = [f"site-{n}.example" for n in range(20_000)]
    parts, sides = folds(keys, 5, 3), split(keys, 3)
    assert np.bincount(parts, minlength=5) == pytest.approx(np.full(5, 4_000), abs=250)
    assert np.bincount(parts[sides == TEST], minlength=5) == pytest.approx(np.full(5, 400), abs=90)


def test_another_seed_is_another_split():
    keys = [f"site-{n}.example" for n in range(1_000)]
    assert (split(keys, 1) != split(keys, 2)).mean() > 0.2
    assert (folds(keys, 5, 1) != folds(keys, 5, 2)).mean() > 0.7


def test_sides_never_change_between_versions():
    keys = ["example.org", "example.com", "a", "b", "c", "d", "e"]
    assert split(keys, 0).tolist() == [2, 0, 0, 0, 0, 0, 0]
    assert folds(keys, 4, 0).tolist() == [0, 0, 1, 2, 2, 2, 1]


def test_no_keys_no_sides():
    assert split([], 0).tolist() == [] and folds([], 2, 0).tolist() == []


def test_one_fold_is_refused():
    with pytest.raises(ValueError, match="1 folds: there must be two at least"):
        folds(["a"], 1, 0)

"""Shares of a mix: whole counts that never fall, add up, and stay near their share from the first row on."""

from fractions import Fraction
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.data.mix import Split, weights
from trainer.errors import TrainingError

ROWS = {"a/code": 100, "a/math": 300, "b/code": 50, "b/web": 550}


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=12).filter(any), st.integers(0, 10**9))
def test_counts_add_up_and_are_near_their_shares_in_any_stretch(given_weights, first):
    split, total = Split(tuple(given_weights)), sum(given_weights)
    before, levels = split.counts(first), ceil(log2(len(given_weights)))
    assert sum(before) == first
    for n in range(1, 40):
        counts = split.counts(first + n)
        grown = [b - a for a, b in zip(before, counts, strict=True)]
        assert sum(grown) == n and min(grown) >= 0
        for weight, count in zip(given_weights, counts, strict=True):
            assert abs(count - Fraction(weight * (first + n), total)) <= Fraction(1, 2) * max(levels, 1)
            assert weight or not count


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_after_as_many_rows_as_there_are_each_stream_has_given_all(rows):
    assert Split(tuple(rows)).counts(sum(rows)) == rows


def test_natural_is_by_rows():
    assert weights("natural", ROWS, "stages.0") == ROWS


def shares(mix: dict[str, float]) -> dict[str, float]:
    found = weights(mix, ROWS, "stages.0")
    return {name: round(weight / sum(found.values()), 6) for name, weight in found.items()}


def test_a_category_is_shared_by_rows_among_corpora():
    expected = {"a/code": 0.5, "a/math": 0.25, "b/code": 0.25, "b/web": 0.0}
    assert shares({"code": 3, "math": 1}) == expected


def test_the_most_particular_key_has_a_stream():
    assert shares({"a": 0.4, "b/code": 0.1, "b": 0.5}) == {"a/code": 0.1, "a/math": 0.3, "b/code": 0.1, "b/web": 0.5}
    assert shares({"a": 0.5, "code": 0.5}) == {"a/code": 0.333333, "a/math": 0.5, "b/code": 0.166667, "b/web": 0.0}


def test_a_share_of_zero_gives_nothing():
    assert shares({"code": 0, "web": 2})["b/web"] == 1.0


@pytest.mark.parametrize(
    ("mix", "said"),
    [
        ({"maths": 1}, "stages.1.mix: there is no 'maths'; there are the categories code, math, web and"),
        ({"a/code": 1, "a/math": 1, "a": 1}, "stages.1.mix: 'a' has no row left, since other keys name"),
    ],
)  # fmt: skip
def test_a_key_that_names_nothing_is_refused(mix, said):
    with pytest.raises(TrainingError, match="^" + said.replace(".", r"\.").replace("(", r"\(")):
        weights(mix, ROWS, "stages.1")

"""The learning rate by its definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.rates import rate
from trainer.recipe import of


def recipe(steps, annealing=0, **of_rate):
    stages = [{"tokens": steps * 64, "length": 64, "batch": 64}] if steps else []
    stages += [{"tokens": annealing * 64, "length": 64, "batch": 64, "anneal": True}] if annealing else []
    return of({"corpus": "c", "model": "proxy-1m", "stages": stages, "rate": {"peak": 1.0, **of_rate}})


@given(st.integers(1, 60), st.integers(0, 20), st.sampled_from(["cosine", "linear", "constant"]), st.floats(0, 1))
def test_it_warms_up_falls_to_the_floor_and_never_leaves_zero_to_peak(steps, warmup, shape, floor):
    made = recipe(steps, warmup=warmup, shape=shape, floor=floor)
    rates = [rate(made, step) for step in range(steps)]
    assert all(0 <= one <= 1 + 1e-12 for one in rates)
    rising, falling = rates[:warmup], rates[warmup:]
    assert rising == [(at + 1) / warmup for at in range(len(rising))]
    assert falling == sorted(falling, reverse=True) and all(one >= floor - 1e-12 for one in falling)


def test_cosine_is_half_way_down_in_the_middle():
    assert rate(recipe(100, floor=0.0), 50) == pytest.approx(0.5)
    assert rate(recipe(100, floor=0.1), 25) == pytest.approx(0.1 + 0.9 * (1 + math.cos(math.pi / 4)) / 2)


def test_annealing_goes_in_a_line_from_where_it_stands_to_zero():
    made = recipe(10, 5, shape="constant")
    assert [rate(made, step) for step in range(10, 15)] == pytest.approx([1, 0.8, 0.6, 0.4, 0.2])
    low = recipe(10, 5, shape="linear", floor=0.5)
    assert [rate(low, step) for step in range(10, 15)] == pytest.approx([0.5, 0.4, 0.3, 0.2, 0.1])


def test_a_run_that_only_anneals_begins_at_the_peak():
    for warmup in (0, 100):  # there is nothing to warm up in
        assert [rate(recipe(0, 4, warmup=warmup), step) for step in range(4)] == pytest.approx([1, 0.75, 0.5, 0.25])

"""Curves, axes and the charts made of them."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from trainer.metrics.axes import Axis, fitted, short
from trainer.metrics.charts import Mark, chart
from trainer.metrics.curves import thin

VALUES = st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=1, max_size=200)


@given(VALUES, st.integers(2, 20), st.randoms(use_true_random=False))
def test_thinning_keeps_extremes_and_the_weighted_mean(values: list[float], columns: int, chance) -> None:
    x = np.cumsum([chance.randint(1, 5) for _ in values])
    weights = np.array([chance.choice([0.0, 1.0, 2.5]) for _ in values])
    curve = thin(x, np.array(values), columns, weights)
    kept = [(v, w, at) for v, w, at in zip(values, weights, x, strict=True) if v == v and w > 0]
    if not kept:
        assert not len(curve)
        return
    assert len(curve) <= columns and (np.diff(curve.x) > 0).all()
    assert curve.low.min() == min(v for v, _, _ in kept) and curve.high.max() == max(v for v, _, _ in kept)
    assert (curve.low <= curve.mean + 1e-6).all() and (curve.mean <= curve.high + 1e-6).all()
    width = max(kept[-1][2] - kept[0][2], 1) / columns
    for at, mean in zip(curve.x, curve.mean, strict=True) if len(kept) > columns else ():
        column = min(int((at - kept[0][2]) / width + 1e-9), columns - 1)
        there = [(v, w) for v, w, k in kept if min(int((k - kept[0][2]) / width + 1e-12), columns - 1) == column]
        assume(there)
        assert math.isclose(mean, sum(v * w for v, w in there) / sum(w for _, w in there), rel_tol=1e-6, abs_tol=1e-5)


@given(st.floats(1e-9, 1e9), st.floats(1.0, 1e6), st.booleans())
def test_ticks_stand_on_the_axis_and_differ(low: float, times: float, from_zero: bool) -> None:
    axis = fitted(low, low * times, 200.0, 10.0, from_zero)
    ticks = axis.ticks()
    assert all(10.0 - 1e-6 <= axis.at(tick) <= 200.0 + 1e-6 for tick in ticks)
    assert len(ticks) == len(set(ticks)) and ticks == sorted(ticks)
    assert 10.0 <= axis.at(low * times) <= axis.at(low) <= 200.0


def test_an_axis_is_logarithmic_where_values_span_many_sizes() -> None:
    axis = fitted(0.1, 1000.0, 100.0, 0.0)
    assert axis.log and axis.at(10.0) == 50.0 and {0.1, 1.0, 10.0, 100.0, 1000.0} <= set(axis.ticks())
    assert not fitted(0.0, 1000.0, 100.0, 0.0).log and not fitted(5.0, 6.0, 100.0, 0.0).log
    assert Axis(0, 10, 0, 100).ticks() == [0, 2, 4, 6, 8, 10]


def test_numbers_are_short() -> None:
    told = [short(v) for v in (0, 1234567, 999_999, 0.00003, 2.5, 4.2e12, -3000)]
    assert told == ["0", "1.23M", "1M", "3e-05", "2.5", "4.2T", "-3k"]


def test_a_spike_of_one_step_among_many_is_drawn() -> None:
    values = np.full(100_000, 2.0)
    values[54_321] = 9.0
    svg = chart({"loss": thin(np.arange(100_000), values, 500)}, "nats", (0, 99_999), band=True)
    assert len(re.findall("M", re.search('class="band c0" d="([^"]+)"', svg)[1])) == 1
    assert len(svg) < 20_000


def test_names_are_escaped_and_hidden_characters_shown() -> None:
    x = np.arange(3)
    curves = {'<b>"web"': thin(x, x * 1.0, 9), "\u202ecode": thin(x, x * 2.0, 9)}
    svg = chart(curves, "nats", (0, 2), [Mark(1, "spike", "<script>"), Mark(2, "restart", "step 2")])
    ElementTree.fromstring(svg)
    assert "<b>" not in svg and "<script>" not in svg and "[U+202E]code" in svg


def test_one_point_is_a_dot_and_none_is_nothing() -> None:
    assert "<circle" in chart({"loss": thin(np.array([1]), np.array([2.0]), 9)}, "nats", (1, 1))
    assert chart({"loss": thin(np.array([1]), np.array([math.nan]), 9)}, "nats", (1, 1)) == ""

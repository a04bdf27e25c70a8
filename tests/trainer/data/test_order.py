"""The order of a stream: every row once an epoch, whatever is asked in which pieces."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.data import order as module
from trainer.data.order import Order

GROUPS = st.lists(st.integers(1, 9), min_size=1, max_size=120)


def large(monkeypatch: pytest.MonkeyPatch, opened: int = 200, least: int = 4) -> None:
    """Streams of some hundred rows are large, with few row groups open."""
    monkeypatch.setattr(module, "WHOLE", 0)
    monkeypatch.setattr(module, "OPEN", opened)
    monkeypatch.setattr(module, "LEAST", least)


def rows_of(order: Order, first: int, last: int) -> list[tuple[int, int]]:
    places = order.find(*order.turns(first, last))
    return list(zip(places.group.tolist(), places.row.tolist(), strict=True))


@given(
    in_lanes=st.booleans(),
    groups=GROUPS,
    lanes=st.integers(1, 9),
    seed=st.integers(0, 3),
    length=st.sampled_from([1, 8]),
)
def test_an_epoch_has_every_row_once_and_the_next_another_order(in_lanes, groups, lanes, seed, length):
    with pytest.MonkeyPatch.context() as patch:
        if in_lanes:
            large(patch)
        order = Order("x", np.array(groups), length, seed, lanes)
        every = [(group, row) for group, rows in enumerate(groups) for row in range(rows)]
        first, second = (rows_of(order, epoch * len(every), (epoch + 1) * len(every)) for epoch in (0, 1))
    assert sorted(first) == sorted(second) == every
    if len(every) > 40:
        assert first != second


@given(in_lanes=st.booleans(), groups=GROUPS, lanes=st.integers(1, 9), cuts=st.lists(st.floats(0, 1), max_size=4))
def test_a_part_is_the_same_however_it_is_asked_for(in_lanes, groups, lanes, cuts):
    with pytest.MonkeyPatch.context() as patch:
        if in_lanes:
            large(patch)
        order, fresh = (Order("x", np.array(groups), 4, 1, lanes) for _ in range(2))
        last = order.rows * 5 // 2
        bounds = [0, *sorted(int(cut * last) for cut in cuts), last]
        parts = [rows_of(order, a, b) for a, b in pairwise(bounds)]
        assert [row for part in parts for row in part] == rows_of(fresh, 0, last)


@given(groups=GROUPS, lanes=st.integers(1, 9))
def test_lanes_take_turns_and_each_gives_one_row_a_round(groups, lanes):
    with pytest.MonkeyPatch.context() as patch:
        large(patch)
        order = Order("x", np.array(groups), 4, 1, lanes)
        epoch, lane, k = order.turns(0, order.rows)
    assert set(epoch) == {0} and k.tolist() == [n // order.lanes for n in range(order.rows)]
    assert len({*zip(lane.tolist(), k.tolist(), strict=True)}) == order.rows
    sizes = np.bincount(lane, minlength=order.lanes)
    assert sizes.max() - sizes.min() <= 1


def test_few_row_groups_are_open_at_a_time_and_few_are_read_twice(monkeypatch):
    large(monkeypatch, opened=64 * 40 * 4, least=16)
    order = Order("x", np.full(600, 40), 4, 0, 16)
    held, most, read = {}, 0, 0
    for first in range(0, order.rows, 100):
        held = {group: until for group, until in held.items() if until > first}
        places = order.find(*order.turns(first, first + 100))
        read += len({*places.group.tolist()} - held.keys())
        for group, until in zip(places.group.tolist(), places.until.tolist(), strict=True):
            held[group] = max(until, held.get(group, 0))
        most = max(most, len(held))
    assert (order.lanes, order.strata, order.windows) == (16, 3, 37)
    assert most <= 64 + 32, "64 of 40 rows of 4 tokens are what may be open; parts at the ends of strata come on top"
    assert read <= 1.2 * 600


def test_seed_and_name_make_other_orders():
    groups = np.full(20, 10)
    found = {tuple(rows_of(Order(name, groups, 4, seed, 4), 0, 200)) for name in "ab" for seed in (0, 1)}
    assert len(found) == 4


def test_the_order_is_what_it_was_when_the_first_models_were_trained(monkeypatch):
    large(monkeypatch, opened=200)
    order = Order("8192/web/general", np.array([5, 3, 8, 2, 7, 6, 4, 9, 5, 5]), 8, 7, 2)
    assert rows_of(order, 0, 6) == [(5, 2), (1, 2), (1, 1), (5, 0), (8, 0), (5, 1)]
    monkeypatch.undo()
    assert rows_of(Order("8192/web/general", np.array([5, 3]), 8, 7, 2), 0, 5) == [
        (1, 2),
        (1, 0),
        (0, 1),
        (0, 0),
        (0, 3),
    ]

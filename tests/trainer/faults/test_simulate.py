"""The simulation against a plain one that goes second by second, and against Daly's closed form."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.faults.assumptions import CAUSES, DAY, between_faults, values
from trainer.faults.closed_form import daly, effective, young
from trainer.faults.policies import POLICIES, Times
from trainer.faults.simulate import Fault, draw, simulate

SECONDS = st.integers(min_value=0, max_value=9)
TIMES = st.builds(
    Times,
    interval=st.integers(min_value=1, max_value=20),
    block=SECONDS,
    behind=SECONDS,
    exit_seen=SECONDS,
    stall_seen=SECONDS,
    tests=SECONDS,
    replacement=SECONDS,
    restart=SECONDS,
    load=SECONDS,
)
FAULTS = st.lists(st.integers(min_value=0, max_value=300), unique=True, max_size=12).flatmap(
    lambda at: st.tuples(
        *(st.builds(Fault, at=st.just(t), stalls=st.booleans(), replaced=st.booleans()) for t in sorted(at))
    )
)


def by_seconds(times: Times, faults: tuple[Fault, ...], end: int) -> tuple[int, int, int]:
    """Useful seconds, seconds of checkpoints and of recovery: a clock, a place in the cycle, a list of writes."""
    struck = {fault.at: fault for fault in faults}
    up_at = position = work = kept = checkpoints = recovery = 0
    writes: list[tuple[int, int]] = []  # when a checkpoint is whole, and the work in it
    for now in range(end):
        if fault := struck.get(now):
            kept = max([kept, *(held for whole, held in writes if whole <= now)])
            work, writes, position = kept, [], 0
            seen = times.stall_seen if fault.stalls and now >= up_at else times.exit_seen
            up_at = now + seen + times.tests + times.restart + times.load + (times.replacement if fault.replaced else 0)
        if now < up_at:
            recovery += 1
            continue
        if position < times.interval:
            work += 1
        else:
            checkpoints += 1
        position += 1
        if position == times.interval + times.block:
            position = 0
            writes.append((now + 1 + times.behind, work))
    return work, checkpoints, recovery


@given(TIMES, FAULTS)
def test_a_run_goes_as_it_does_second_by_second(times: Times, faults: tuple[Fault, ...]) -> None:
    spent = simulate(times, list(faults), 300)
    recovery = sum(spent[name] for name in ("detection", "tests", "replacement", "restart", "load"))
    assert (spent["useful"], spent["checkpoints"], recovery) == by_seconds(times, faults, 300)


@given(st.integers(min_value=0, max_value=10_000), st.sampled_from(POLICIES), st.sampled_from([2048, 16_384, 131_072]))
def test_every_second_of_a_run_has_one_cause(seed: int, policy, gpus: int) -> None:
    assumed = values({"gpus": gpus})
    end = assumed["days"] * DAY
    spent = simulate(policy.times(assumed), draw(assumed, seed), end)
    assert math.isclose(sum(spent.values()), end, abs_tol=1e-3)
    assert min(spent.values()) >= -1e-6


@pytest.mark.parametrize(
    ("interval", "block", "restart"), [(1066.0, 51.0, 600.0), (3600.0, 51.0, 1800.0), (100.0, 400.0, 5.0)]
)
def test_the_mean_over_seeds_is_dalys(interval: float, block: float, restart: float) -> None:
    assumed = values({"planned": 0, "faults": 500})
    times = Times(interval=interval, block=block, restart=restart)
    shares = []
    for seed in range(60):
        faults = [Fault(fault.at) for fault in draw(assumed, seed)]
        shares.append(simulate(times, faults, 54 * DAY)["useful"] / (54 * DAY))
    error = statistics.stdev(shares) / math.sqrt(len(shares))
    expected = effective(interval, block, restart, between_faults(assumed))
    assert abs(statistics.mean(shares) - expected) < 4 * error


@given(st.floats(min_value=0.1, max_value=600), st.floats(min_value=3000, max_value=1e6))
def test_dalys_interval_leaves_more_than_any_other(block: float, between: float) -> None:
    best = effective(daly(block, between), block, 100, between)
    for by in (0.25, 0.5, 0.8, 1.25, 2.0, 4.0):
        assert effective(daly(block, between) * by, block, 100, between) <= best * (1 + 2e-4)


def test_youngs_interval_is_dalys_where_a_checkpoint_is_short() -> None:
    assert young(2.0, 10_000.0) == 200.0
    assert daly(0.01, 10_000.0) == pytest.approx(young(0.01, 10_000.0), rel=2e-3)
    assert daly(100.0, 40.0) == 40.0


def test_without_faults_only_checkpoints_cost() -> None:
    assert simulate(Times(interval=99, block=1), [], 1000)["useful"] == 990


def test_corruption_goes_back_before_itself_and_not_to_a_copy_that_holds_it() -> None:
    times = Times(interval=10, block=0, copies=True, to_storage=5, silent_after=70, restart=5)
    spent = simulate(times, [Fault(120, silent=True)], 200)
    assert spent["recomputation"] == 190 - 100  # seen at 190; the last on storage before 120 is that of 100
    assert spent["useful"] == 100 + 5 and spent["restart"] == 5


def test_corruption_ends_with_the_next_fault_if_that_comes_first() -> None:
    times = Times(interval=10, block=0, silent_after=1000, restart=5)
    spent = simulate(times, [Fault(33, silent=True), Fault(57)], 100)
    assert spent["recomputation"] == 57 - 30 and spent["useful"] == 30 + (100 - 62)


def test_copies_lost_fall_back_to_storage() -> None:
    times = Times(interval=10, block=0, copies=True, to_storage=5)
    assert simulate(times, [Fault(87)], 100)["useful"] == 80 + 13
    assert simulate(times, [Fault(87, copies_lost=True)], 100)["useful"] == 50 + 13


def test_what_came_from_a_copy_is_not_on_storage_yet() -> None:
    times = Times(interval=10, block=0, copies=True, to_storage=5)
    assert simulate(times, [Fault(87), Fault(95, copies_lost=True)], 100)["useful"] == 50 + 5


def test_a_planned_stop_loses_no_work() -> None:
    spent = simulate(Times(interval=10, block=0, planned=7), [Fault(33, planned=True)], 100)
    assert spent["planned"] == 7 and spent["useful"] == 93


def test_table_5_counts_419_faults_and_a_run_meets_about_as_many() -> None:
    assert sum(cause.count for cause in CAUSES) == 419
    met = [sum(not fault.planned for fault in draw(values(), seed)) for seed in range(40)]
    assert abs(statistics.mean(met) - 419) < 4 * math.sqrt(419 / 40)


def test_the_same_seed_draws_the_same_faults() -> None:
    assert draw(values(), 3) == draw(values(), 3) != draw(values(), 4)

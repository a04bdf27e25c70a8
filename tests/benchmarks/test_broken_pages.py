"""Broken pages are some five hundred and the same each time; extraction gives each a status, and dies of none."""

from pathlib import Path

import pytest

from benchmarks.broken_pages import broken, mutants, pathological
from benchmarks.fuzz_pages import extracted

STALLING = 200_000  # bytes: larger ones are for the night


def test_there_are_five_hundred_of_four_kinds(data: Path) -> None:
    names = [name for name, _ in broken(data)]
    assert len(names) == len(set(names)) >= 493
    assert [name for name, _ in mutants(data, 5)] == [f"mutant {n} of seed 0" for n in range(5)]
    assert [page for _, page in mutants(data, 20)] == [page for _, page in mutants(data, 20)]
    assert [page for _, page in mutants(data, 20, seed=1)] != [page for _, page in mutants(data, 20)]


def test_pages_that_stall_parsers_have_a_status() -> None:
    statuses = {name: extracted(page, "html") for name, page in pathological()}
    assert len(statuses) > 60
    assert {name: status for name, status in statuses.items() if status.startswith("extract_error")} == {}


def test_broken_pages_have_a_status(data: Path) -> None:
    listed = [(name, page) for name, page in broken(data) if len(page) <= STALLING][::3]
    statuses = {name: extracted(page, "html") for name, page in listed}
    assert len(statuses) > 100
    assert {name: status for name, status in statuses.items() if status.startswith("extract_error")} == {}


@pytest.mark.parametrize("engine", ["html", "auto"])
def test_mutants_have_a_status(data: Path, engine) -> None:
    statuses = {name: extracted(page, engine) for name, page in mutants(data, 300, seed=7)}
    assert {name: status for name, status in statuses.items() if status.startswith("extract_error")} == {}


@pytest.mark.nightly
def test_twenty_thousand_mutants_pass_in_a_child_with_bounds_checks(data: Path) -> None:
    from benchmarks.fuzz_pages import run

    cases = run(["--data", str(data), "--mutants", "20000"])
    assert len(cases) > 20_000
    assert [case for case in cases if case.status.startswith(("extract_error", "died", "silent"))] == []

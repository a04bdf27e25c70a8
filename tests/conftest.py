"""Shared by all tests: hypothesis profiles, the development data, and the rule that CI skips nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=40)
settings.register_profile("nightly", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

ROOT = Path(__file__).parents[1]
DATA = ROOT / ".data"
FORBID_SKIPS = os.environ.get("CURATE_FORBID_SKIPS") == "1"


@pytest.fixture(scope="session")
def data() -> Path:
    """The development data (`python ../shared/unpack.py .data`)."""
    if not DATA.exists():
        pytest.skip("no .data folder: python ../shared/unpack.py .data")
    return DATA


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if not item.get_closest_marker("may_skip"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report) -> None:
    """With CURATE_FORBID_SKIPS=1 a skipped test is a failed one; an expected failure is not a skip."""
    if FORBID_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped, and CURATE_FORBID_SKIPS=1: {reason}"

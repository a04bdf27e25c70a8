"""Shared by all tests: hypothesis profiles, the development data, and the rule that CI skips nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything imports Triton, which decides then: its kernels are interpreted, on CPU tensors. What compiles them
# (tests/trainer/kernels/fused/test_ahead.py) does so in a process of its own.
os.environ["TRITON_INTERPRET"] = "1"

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


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "nightly: long; runs where CURATE_NIGHTLY=1, and may be skipped elsewhere")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("nightly") and os.environ.get("CURATE_NIGHTLY") != "1":
            item.add_marker(pytest.mark.skip(reason="long: set CURATE_NIGHTLY=1"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if not item.get_closest_marker("may_skip") and not item.get_closest_marker("nightly"):
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

import sqlite3
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.annotate.budget import OPEN, Budget, Prices
from curate.errors import UserError


def test_what_fits_is_reserved_and_what_does_not_is_refused(tmp_path):
    budget = Budget(str(tmp_path / "a"), tokens=100)
    first = budget.reserve(50, 10)
    budget.settle(first, "answered", (20, 5))
    assert budget.spent.tokens == 25
    assert budget.reserve(70, 6) is None
    assert budget.reserve(70, 5) is not None


def test_what_is_left_is_told_beside_what_a_request_may_cost(tmp_path):
    budget = Budget(str(tmp_path / "a"), tokens=8000, usd="0.01", prices=Prices.of("1", "2"))
    budget.settle(budget.reserve(4000, 100), "answered", (4000, 87))
    assert budget.short() is None
    assert budget.reserve(3900, 60) is None and budget.reserve(3900, 50) is None
    assert budget.short() == "3,913 tokens left, and a request may cost up to 3,960"
    assert budget.reserve(0, 3913) is None
    assert budget.short().endswith("; $0.005826 left, and a request may cost up to $0.007826")


def test_a_request_of_unknown_cost_counts_at_its_bound(tmp_path):
    budget = Budget(str(tmp_path / "a"))
    budget.settle(budget.reserve(50, 10), "the connection broke", None)
    assert budget.spent.tokens == 60


def test_an_endpoint_that_writes_more_than_it_may_is_counted_as_it_says(tmp_path):
    budget = Budget(str(tmp_path / "a"), tokens=100)
    budget.settle(budget.reserve(50, 10), "answered", (50, 45))
    assert budget.spent.tokens == 95


def test_what_was_never_settled_counts_at_its_bound_for_the_next_run(tmp_path):
    path = str(tmp_path / "a")
    died = f"""
import os, signal
from classifiers.annotate.budget import Budget, Prices
budget = Budget({path!r}, tokens=1000, prices=Prices.of("1", "2"))
budget.settle(budget.reserve(300, 10), "answered", (30, 4))
budget.reserve(200, 50)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", died]).returncode == -9
    budget = Budget(path, tokens=1000)
    assert budget.spent.tokens == 34 + 250
    assert budget.spent.usd == pytest.approx((30 + 2 * 4 + 200 + 2 * 50) / 1e6)
    assert budget.outcomes() == {"answered": 1, OPEN: 1}
    assert budget.reserve(717, 0) is None


@given(
    st.integers(0, 2000),
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 300), st.sampled_from(["part", "all", "lost"])), max_size=20
    ),
)
def test_however_requests_end_the_sum_stays_within_the_budget(limit, requests):
    budget = Budget(":memory:", tokens=limit, usd="0.001", prices=Prices.of("1", "1"))
    real = 0
    for prompt, completion, end in requests:
        number = budget.reserve(prompt, completion)
        if number is None:
            assert budget.spent.tokens + prompt + completion > min(limit, 1000)
            continue
        used = {"part": (prompt // 2, completion // 3), "all": (prompt, completion), "lost": (prompt, completion)}[end]
        budget.settle(number, end, None if end == "lost" else used)
        real += sum(used)
    assert real == budget.spent.tokens <= min(limit, 1000)
    budget.close()


def test_a_reservation_waits_for_requests_that_may_turn_out_cheaper(tmp_path):
    budget = Budget(str(tmp_path / "a"), tokens=100)
    first = budget.reserve(90, 5)
    timer = threading.Timer(0.05, budget.settle, (first, "answered", (10, 5)))
    timer.start()
    assert budget.reserve(60, 5) is not None
    timer.join()


@pytest.mark.parametrize("price", ["-1", "nan", "inf", "ten", "1e12"])
def test_a_price_that_is_none_is_refused(price):
    with pytest.raises(UserError, match="--price-in"):
        Prices.of(price, "1")


def test_money_needs_prices(tmp_path):
    with pytest.raises(UserError, match="--budget-usd needs --price-in"):
        Budget(str(tmp_path / "a"), usd="1")


def test_money_is_exact_and_rounded_against_the_one_who_spends():
    assert Prices.of("0.15", "0.60").cost(1_000_000, 1_000_000) == 750_000_000_000
    assert Prices.of("0.0000001", "0").prompt == 1


def test_a_second_process_may_not_spend_from_the_same_account(tmp_path):
    first = Budget(str(tmp_path / "a"))
    with pytest.raises(UserError, match="another annotation is at work"):
        Budget(str(tmp_path / "a"))
    first.close()
    Budget(str(tmp_path / "a")).close()


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + b"\0" * 4096])
def test_a_file_that_is_no_account_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(UserError, match="is no file of answers"):
        Budget(str(tmp_path / "a"))


def test_a_database_of_something_else_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "a") as other:
        other.execute("CREATE TABLE photos (name TEXT)")
    other.close()
    with pytest.raises(UserError, match="its version is 0"):
        Budget(str(tmp_path / "a"))

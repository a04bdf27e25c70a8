"""The rows of damaged input count each page and each input once, and hold only where there is no failure."""

from pathlib import Path

from benchmarks import evaluate_damaged, fuzz_pages
from benchmarks.fuzz_pages import Case
from tests.faults import test_fuzz


def test_a_page_or_an_input_that_fails_misses_the_bar_and_counts_once(monkeypatch):
    statuses = ["ok", "empty", "died: -11", "silent", "extract_error: KeyError"]
    wrong = ["3\twarc\ta.warc\traises KeyError", "3\twarc\ta.warc\t2 rows with bodies, 1 without", "7\tended"]
    monkeypatch.setattr(fuzz_pages, "run", lambda arguments: [Case(s, 0.0, s) for s in statuses])
    monkeypatch.setattr(test_fuzz, "fuzzed", lambda first, end, data, folder: wrong if first == 0 else [])
    pages, inputs = evaluate_damaged.rows_of(Path("data"), 5, 2_500, "command")
    assert (pages.value, pages.n, pages.holds) == (3, 5, False)
    assert (inputs.value, inputs.n, inputs.holds) == (2, 2_500, False)


def test_no_failure_holds_and_every_input_is_asked_for_once(monkeypatch):
    asked = []
    monkeypatch.setattr(fuzz_pages, "run", lambda arguments: [Case("a", 0.0, "ok")])
    monkeypatch.setattr(test_fuzz, "fuzzed", lambda first, end, *_: asked.extend(range(first, end)) or [])
    assert all(row.holds for row in evaluate_damaged.rows_of(Path("data"), 1, 2_500, "command"))
    assert asked == list(range(2_500))

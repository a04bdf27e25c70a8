"""Where documents fall: by host, as files of a repository together, else alone; evenly, and the same everywhere."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate import signals
from curate.signals import holdout


def part(**row):
    columns = {name: pa.array([value]) for name, value in {"text": "x", **row}.items()}
    return signals.compute(pa.table(columns), ["holdout"])["holdout.part"].to_pylist()[0]


@given(st.text(min_size=1))
def test_a_part_is_from_0_below_1_and_exact_in_the_column(key):
    found = holdout.part(key)
    assert 0 <= found < 1
    assert float(pa.array([found], pa.float32())[0].as_py()) == found


def test_parts_are_spread_evenly():
    parts = [holdout.part(f"host{n}.example.org") for n in range(20_000)]
    assert abs(sum(p < 0.05 for p in parts) / 20_000 - 0.05) < 0.005
    assert abs(sum(parts) / 20_000 - 0.5) < 0.01


def test_the_hash_is_the_one_that_old_corpora_have():
    assert holdout.part("library.example.org") == pytest.approx(0.018, abs=5e-4)
    assert holdout.part("docs.example.org") > 0.05


def test_pages_of_a_host_fall_together_whatever_else_they_are():
    pages = [part(host="a.example.org", group="web", path=path, uid=uid) for path, uid in (("x", 1), ("y", 2))]
    assert pages[0] == pages[1] != part(host="b.example.org", group="web", path="x", uid=1)


def test_files_of_a_repository_fall_together_and_books_alone():
    files = [part(host=None, group="code", path="r.zip", member=name, uid=uid) for name, uid in (("a", 1), ("b", 2))]
    assert files[0] == files[1]
    books = [part(host=None, group="books", path="b.jsonl", member=None, uid=uid) for uid in (1, 2)]
    assert books[0] != books[1]


def test_a_table_of_texts_alone_has_parts_too():
    assert 0 <= part() < 1

"""Rows by number, in parts or whole."""

import json
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import labels
from classifiers.evaluate.baselines import counts
from classifiers.fasttext.lines import lines
from classifiers.rows import by_uid, picked
from classifiers.task import load

TEXTS = ["", "a", "längere", "x" * 50, "y" * 7, "z" * 100]
TABLE = pa.table(
    {"uid": pa.array(range(6), pa.uint64()), "text": pa.chunked_array([TEXTS[:2], TEXTS[2:]]), "n": [0, 1, 2, 3, 4, 5]}
)


@given(st.lists(st.integers(0, 5), max_size=20), st.integers(1, 400))
def test_rows_are_those_asked_for_in_their_order_whatever_the_parts(index, part):
    found = picked(TABLE, np.array(index, np.int64), part)
    assert found.schema == TABLE.schema
    assert found.to_pylist() == [TABLE.slice(i, 1).to_pylist()[0] for i in index]


def test_a_part_holds_no_more_than_its_bytes_and_a_row():
    chunks = picked(TABLE, np.arange(6), 60)["text"].chunks
    assert len(chunks) > 1 and all(sum(len(t.encode()) for t in c.to_pylist()) < 60 + 100 for c in chunks)


def test_labels_in_several_parts_are_what_they_are_in_one(tmp_path, monkeypatch):
    rows = [{"text": f"text {n} " * n, "answer": str(n % 6), "key": f"k{n}"} for n in range(30)]
    (tmp_path / "given.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    whole = labels.read(str(tmp_path / "given.jsonl"), load("code"))
    monkeypatch.setattr(labels, "picked", partial(picked, part=200))
    parts = labels.read(str(tmp_path / "given.jsonl"), load("code"))
    assert parts.texts.num_chunks > 5 and parts.texts.to_pylist() == whole.texts.to_pylist()
    assert parts.digest == whole.digest
    some = np.arange(0, 30, 2)
    assert parts.take(some).digest == whole.take(some).digest
    assert list(lines(parts, 0, True, True)) == list(lines(whole, 0, True, True))
    assert all((a == b).all() for a, b in zip(counts(parts.texts).values(), counts(whole.texts).values(), strict=True))


def test_order_is_by_uid():
    assert by_uid(TABLE.take([3, 0, 5, 1])).to_pylist() == TABLE.take([0, 1, 3, 5]).to_pylist()


@pytest.mark.parametrize("index", [[], [5, 5]])
def test_what_fits_is_one_chunk(index):
    assert picked(TABLE, np.array(index, np.int64))["text"].num_chunks <= 1

"""Which rows `Suspects` tries, hands on and puts on record; deaths themselves are test_quarantine's."""

import json

import pyarrow as pa
import pytest

from curate.recipe import load
from pipelines import workers
from pipelines.context import Context
from pipelines.suspects import Suspects

OK, EMPTY = "ok", "empty"


@pytest.fixture
def noted(monkeypatch) -> list:
    found = []
    monkeypatch.setattr(workers, "at", lambda row, rows=1: found.append((row, rows)))
    return found


@pytest.fixture
def suspects(tmp_path):
    def make(aside: dict[int, str]) -> Suspects:
        context = Context(str(tmp_path), load("default")).with_phase("measure", "key")
        folder = tmp_path / "work" / "measure-key" / "quarantine"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "00003.json").write_text(json.dumps(aside))
        return Suspects(context, 3)

    return make


def batch(*rows: int, status: str = OK) -> pa.RecordBatch:
    columns = {"row": rows, "uid": [100 + row for row in rows], "chars": [row * 10 for row in rows]}
    types = {"row": pa.int64(), "uid": pa.uint64(), "chars": pa.int64()}
    arrays = {name: pa.array(values, types[name]) for name, values in columns.items()}
    return pa.RecordBatch.from_pydict({**arrays, "status": pa.array([status] * len(rows))})


def rows(batches) -> list[list[int]]:
    return [found["row"].to_pylist() for found in batches]


def test_without_suspects_batches_pass_untried_and_each_is_noted_while_it_is_worked_on(suspects, noted):
    assert rows(suspects({}).sift(iter([batch(0, 1, 4), batch(), batch(6)]), pytest.fail)) == [[0, 1, 4], [6]]
    assert noted == [(0, 3), (workers.NOWHERE, 1), (6, 1), (workers.NOWHERE, 1)]


def test_a_suspect_batch_is_tried_row_by_row_first_without_those_in_quarantine(suspects, noted, monkeypatch):
    monkeypatch.setattr(workers, "_suspects", frozenset({5}))
    tried: list[int] = []
    sifted = suspects({"5": "died"}).sift(
        iter([batch(0, 1), batch(5, 7, 8)]), lambda one: tried.extend(one["row"].to_pylist())
    )
    assert rows(sifted) == [[0, 1], [7, 8]] and tried == [7, 8]
    assert noted[2:] == [(7, 1), (8, 1), (5, 3), (workers.NOWHERE, 1)]


def test_a_batch_of_nothing_but_quarantined_rows_is_not_handed_on(suspects, noted):
    assert rows(suspects({"2": "died", "3": "hung"}).sift(iter([batch(2, 3), batch(4)]), pytest.fail)) == [[4]]


def test_the_ledger_has_those_with_text_only_since_the_others_were_removed_before(suspects, noted):
    found = suspects({"2": "died", "9": "hung", "30": "died"})
    list(found.sift(iter([batch(1, 2), batch(8, 9, status=EMPTY), batch(30)]), pytest.fail))
    ledger = found.rows().to_pylist()
    assert [(r["id"], r["action"], r["rule"], r["detail"], r["chars_before"]) for r in ledger] == [
        (3 << 32 | 2, "quarantine", "measure.quarantined", "died", 20),
        (3 << 32 | 30, "quarantine", "measure.quarantined", "died", 300),
    ]
    assert suspects({}).rows().num_rows == 0

"""Documents: every record a row of the contract, whatever batch it falls in."""

from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from curate import documents
from curate.sources import Piece, Record, read, recognise
from schemas.contract import check
from schemas.documents import DOCUMENTS
from schemas.identity import uid

SETTINGS = SimpleNamespace(engine="auto", max_bytes=1 << 20)
PIECE = Piece("jsonl", 0, "web", "/somewhere/a.jsonl", "label/a.jsonl", 0, -1, 0)


def records(count: int) -> list[tuple[int, Record]]:
    made = [
        Record(n * 10, url=f"http://www.Host{n}.example/", media="text", body=f"Text {n} é " * n) for n in range(count)
    ]
    made[2] = Record(20, status="broken_json")
    return [(row * 2, record) for row, record in enumerate(made)]


def test_rows_follow_the_contract_and_carry_what_the_record_says() -> None:
    made = [
        (
            5,
            Record(
                7,
                url="http://www.a.example:80/x",
                date=1714979289,
                media="text",
                body=b"The house is green.",
                title="T",
            ),
        )
    ]
    [batch] = documents.batches(made, PIECE, SETTINGS)
    assert check(batch.schema, DOCUMENTS) == [] and batch.schema.equals(DOCUMENTS.schema)
    row = batch.to_pylist()[0]
    assert row["uid"] == uid("label/a.jsonl", 7) and row["row"] == 5 and row["host"] == "a.example"
    assert (row["text"], row["chars"], row["language"], row["status"]) == ("The house is green.", 19, "en", "ok")
    assert row["date"].isoformat() == "2024-05-06T07:08:09+00:00" and row["rights"] == [] and row["title"] == "T"


def test_broken_and_empty_records_are_rows_without_language() -> None:
    [batch] = documents.batches(records(4), PIECE, SETTINGS)
    rows = batch.select(["row", "status", "language", "language_score", "chars"]).to_pylist()
    assert [row["row"] for row in rows] == [0, 2, 4, 6]
    assert [row["status"] for row in rows] == ["empty", "ok", "broken_json", "ok"]
    assert rows[2] == {"row": 4, "status": "broken_json", "language": "und", "language_score": 0.0, "chars": 0}


@pytest.mark.parametrize("size", [1, 100, 1_000])
def test_rows_do_not_depend_on_batches(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    whole = pa.Table.from_batches(documents.batches(records(30), PIECE, SETTINGS))
    monkeypatch.setattr(documents, "BATCH_BYTES", size)
    assert pa.Table.from_batches(documents.batches(records(30), PIECE, SETTINGS)).equals(whole)


def test_each_row_is_announced_before_it_is_worked_on() -> None:
    seen: list[int] = []

    def announced():
        for row, record in records(5):
            assert row not in seen
            yield row, record

    list(documents.batches(announced(), PIECE, SETTINGS, seen.append))
    assert seen == [0, 2, 4, 6, 8]


def test_nothing_gives_no_batch() -> None:
    assert list(documents.batches([], PIECE, SETTINGS)) == []


def test_every_record_of_the_native_files_is_a_row_with_a_unique_uid(data: Path) -> None:
    rows = seen = 0
    uids = set()
    for file in sorted((data / "web" / "warc_native").iterdir()):
        if kind := recognise(file.name, file.read_bytes()[: 1 << 16]):
            piece = Piece(kind, 0, "web", str(file), file.name, 0, -1, 0)
            counters: dict[str, int] = {}
            for batch in documents.batches(read(piece, counters=counters), piece, SETTINGS):
                rows += batch.num_rows
                uids |= set(batch["uid"].to_pylist())
            seen += counters.get("records", 0)
    assert rows == seen == len(uids) == 187

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifiers import labels
from classifiers.task import load
from schemas import LABELS, check

TASK = load("code")
ROWS = [
    {"text": "print(1)", "answer": "4", "key": "a.example"},
    {"text": "A cake.", "answer": "0", "key": "b.example"},
    {"text": "", "answer": "2", "key": "c.example"},
]


def jsonl(folder, rows, name="given.jsonl") -> str:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_rows_of_other_origin_are_filled_to_the_contract(tmp_path):
    found = labels.read(jsonl(tmp_path, ROWS), TASK)
    assert check(found.table.schema, LABELS) == []
    assert found.table.schema.equals(LABELS.schema)
    by_text = dict(zip(found.texts.to_pylist(), zip(found.classes, found.keys, strict=True), strict=True))
    assert by_text == {"print(1)": (1, "a.example"), "A cake.": (0, "b.example"), "": (0, "c.example")}
    assert found.classes.dtype == np.int32
    assert {row["weight"] for row in found.table.to_pylist()} == {1.0}


def test_order_in_the_file_is_forgotten(tmp_path):
    one, other = labels.read(jsonl(tmp_path, ROWS), TASK), labels.read(jsonl(tmp_path, ROWS[::-1], "b.jsonl"), TASK)
    assert one.table.equals(other.table)
    assert one.digest == other.digest


def test_order_in_the_file_is_forgotten_of_documents_that_are_there_twice(tmp_path):
    rows = [{**ROWS[0], "answer": answer, "uid": 1} for answer in "04"]
    one, other = labels.read(jsonl(tmp_path, rows), TASK), labels.read(jsonl(tmp_path, rows[::-1], "b.jsonl"), TASK)
    assert one.digest == other.digest and one.classes.tolist() == other.classes.tolist() == [0, 1]


@pytest.mark.parametrize("chars", [0, 2_000_000, 10_000_000])
def test_texts_of_any_length_are_read(tmp_path, chars):
    rows = [ROWS[0], {**ROWS[1], "text": "x" * chars}, {**ROWS[2], "text": "y" * chars}]
    found = labels.read(jsonl(tmp_path, rows), TASK)
    assert sorted(map(len, found.texts.to_pylist())) == sorted([len("print(1)"), chars, chars])


def test_the_digest_is_of_every_row_that_decides(tmp_path):
    digests = {labels.read(jsonl(tmp_path, ROWS), TASK).digest}
    for column, value in (("text", "other"), ("answer", "3"), ("key", "x"), ("weight", 2.0), ("uid", 7)):
        rows = [{**row, "uid": n, "weight": 1.0} for n, row in enumerate(ROWS)]
        rows[0][column] = value
        digests.add(labels.read(jsonl(tmp_path, rows), TASK).digest)
    assert len(digests) == 6


def test_what_is_written_is_read_back_in_order_of_uid(tmp_path):
    table = labels.read(jsonl(tmp_path, ROWS), TASK).table
    path = labels.write(table.take([2, 0, 1]), str(tmp_path / "out"))
    assert path == str(tmp_path / "out" / "labels.parquet")
    assert labels.read(str(tmp_path / "out"), TASK).table.equals(table)
    assert labels.read(path, TASK).table.equals(table)


def test_some_rows_can_be_taken(tmp_path):
    found = labels.read(jsonl(tmp_path, ROWS), TASK)
    part = found.take(np.array([2, 0]))
    assert len(part) == 2
    assert part.texts.to_pylist() == [found.texts[2].as_py(), found.texts[0].as_py()]
    assert part.keys.tolist() == [found.keys[2], found.keys[0]]
    assert found.take(np.array([], np.int64)).texts.to_pylist() == []


def test_numbers_stand_for_answers_and_parquet_needs_no_other_columns(tmp_path):
    table = pa.table({"text": ["a", "b"], "answer": [5, 0], "key": ["x", "y"]})
    pq.write_table(table, tmp_path / "small.parquet")
    assert sorted(labels.read(str(tmp_path / "small.parquet"), TASK).classes) == [0, 1]


def test_no_and_yes_are_answers_too(tmp_path):
    rows = [{**row, "answer": answer} for row, answer in zip(ROWS, ("yes", "no", "yes"), strict=True)]
    assert sorted(labels.read(jsonl(tmp_path, rows), TASK).classes) == [0, 1, 1]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([{"text": "a", "answer": "1"}], r"given.jsonl: has no column 'key'; labels need text, answer, key"),
        (
            [{**ROWS[0], "answer": "9"}],
            r"column answer: task code: '9' is no answer to it; allowed are 0, 1, 2, 3, 4, 5",
        ),
        ([ROWS[0], {"text": None, "answer": "1", "key": "k"}], r"column text: row 2 has none"),
        ([{**ROWS[0], "weight": "heavy"}], r"column weight: must be double"),
        ([ROWS[0], {**ROWS[1], "weight": float("nan")}], r"column weight: row 1 has none"),
        (
            [{**ROWS[0], "weight": 1.0}, {**ROWS[1], "weight": float("nan")}],
            r"column weight: row 2 has nan; it must be",
        ),
        ([{**ROWS[0], "weight": 1.0}, {**ROWS[1], "weight": -1}], r"column weight: row 2 has -1; it must be above 0"),
        ([{**ROWS[0], "weight": 1e13}], r"column weight: stands for 1e\+13 documents in all"),
        ([], r"given.jsonl"),
    ],
)
def test_what_cannot_be_used_is_told_with_file_and_column(tmp_path, rows, why):
    with pytest.raises(ValueError, match=why):
        labels.read(jsonl(tmp_path, rows), TASK)


def test_files_that_are_none_are_refused(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1 not at all")
    with pytest.raises(ValueError, match=r"x.parquet: cannot be read as Parquet"):
        labels.read(str(tmp_path / "x.parquet"), TASK)
    (tmp_path / "x.jsonl").write_text('{"text": ')
    with pytest.raises(ValueError, match=r"x.jsonl: cannot be read as JSONL"):
        labels.read(str(tmp_path / "x.jsonl"), TASK)
    with pytest.raises(ValueError, match="no labels there; `curate classifier annotate code CORPUS` writes them"):
        labels.read(str(tmp_path / "nowhere"), TASK)
    with pytest.raises(ValueError, match=r"labels.parquet: no labels there"):
        labels.read(str(tmp_path), TASK)


def test_a_table_without_rows_is_refused(tmp_path):
    labels.write(LABELS.schema.empty_table(), str(tmp_path))
    with pytest.raises(ValueError, match="has no rows; nothing was judged"):
        labels.read(str(tmp_path), TASK)


def test_a_damaged_parquet_file_and_bytes_that_are_no_text_are_told_with_the_file(tmp_path):
    path = tmp_path / "given.parquet"
    rows = pa.table({"text": [f"words {i} " * 50 for i in range(500)], "answer": ["4"] * 500, "key": ["k"] * 500})
    pq.write_table(rows, path)
    whole = path.read_bytes()
    path.write_bytes(whole[:200] + bytes(60) + whole[260:])  # in the compressed texts
    with pytest.raises(ValueError, match=r"given\.parquet: cannot be read as Parquet"):
        labels.read(str(path), TASK)
    path.write_bytes(whole[:-100] + bytes(40) + whole[-60:])  # in its directory
    with pytest.raises(ValueError, match=r"given\.parquet: cannot be read as Parquet"):
        labels.read(str(path), TASK)
    latin = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\3\0\0\0"), pa.py_buffer(b"caf\xe9"[1:]))
    for column in ("text", "answer", "key"):
        pq.write_table(pa.table({"text": ["a"], "answer": ["4"], "key": ["k"], column: latin}), path)
        with pytest.raises(ValueError, match=f"column {column}: must be string .*UTF8"):
            labels.read(str(path), TASK)

"""Parquet: pieces are row groups, offsets are row numbers of the file."""

import io

import pyarrow as pa
import pyarrow.parquet as pq

from curate.sources import read
from curate.sources.parquet import row_groups


def parquet(table: pa.Table, rows: int = 100) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=rows)
    return sink.getvalue()


TABLE = pa.table({"text": [f"text {n}" for n in range(250)], "url": ["http://a.example/"] * 250, "other": [0] * 250})


def test_row_groups_together_are_the_file(piece) -> None:
    whole = [(r.offset, r.body) for _, r in read(piece("parquet", parquet(TABLE)))]
    parts = [
        (r.offset, r.body) for n in range(3) for _, r in read(piece("parquet", parquet(TABLE), start=n, end=n + 1))
    ]
    assert whole == parts == [(n, f"text {n}") for n in range(250)]
    assert len(row_groups(piece("parquet", parquet(TABLE)).url)) == 3


def test_rows_without_text_or_over_the_limit_have_a_status(piece) -> None:
    table = pa.table({"text": ["good", None, "", "x" * 100]})
    made = [record.status for _, record in read(piece("parquet", parquet(table)), max_bytes=50)]
    assert made == ["ok", "no_text_field", "empty", "too_large"]


def test_nested_columns_dates_and_bytes_are_read(piece) -> None:
    import datetime

    when = datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)
    table = pa.table({"body": [b"caf\xe9"], "meta": [{"url": "http://b.example/"}], "date": [when]})
    [(_, record)] = read(piece("parquet", parquet(table)), {"text": "body", "url": "meta.url"})
    assert (record.body, record.url, record.date) == (b"caf\xe9", "http://b.example/", 1714979289)


def test_strings_that_are_not_utf8_do_not_stop_the_file(piece) -> None:
    broken = pa.array([b"good", b"bad \xff"]).view(pa.string())
    made = [record.body for _, record in read(piece("parquet", parquet(pa.table({"text": broken}))))]
    assert made == ["good", "bad \ufffd"]


def test_a_broken_file_is_one_row(piece) -> None:
    content = parquet(TABLE)
    assert [r.status for _, r in read(piece("parquet", content[:-20]))] == ["broken_parquet"]
    assert row_groups(piece("parquet", content[:-20]).url) is None


def test_a_broken_row_group_costs_no_other(piece) -> None:
    content = bytearray(parquet(TABLE))
    with pq.ParquetFile(io.BytesIO(bytes(content))) as file:
        column = file.metadata.row_group(1).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    content[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    made = list(read(piece("parquet", bytes(content))))
    assert [r.status for _, r in made] == ["ok"] * 100 + ["broken_parquet"] + ["ok"] * 50
    assert [r.offset for _, r in made] == [*range(101), *range(200, 250)]

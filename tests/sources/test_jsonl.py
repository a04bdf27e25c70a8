"""JSON Lines: each line is one record of one piece, wherever the file is cut."""

import bz2
import gzip
import json
import lzma

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from curate.sources import Piece, read

ROWS = [{"text": f"text {n}", "url": f"http://a.example/{n}", "date": "2024-05-06T07:08:09Z"} for n in range(9)]
CONTENT = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def texts(piece: Piece, **options) -> list:
    return [record.body for _, record in read(piece, **options)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_every_compression_gives_the_same_records(piece, pack) -> None:
    records = [record for _, record in read(piece("jsonl", pack(CONTENT)))]
    assert [record.body for record in records] == [row["text"] for row in ROWS]
    assert [record.url for record in records] == [row["url"] for row in ROWS]
    assert {record.date for record in records} == {1714979289}


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_members_and_frames_are_read_one_after_the_other(piece, pack) -> None:
    assert len(texts(piece("jsonl", pack(CONTENT) + pack(CONTENT)))) == 18


@given(cut=st.integers(1, len(CONTENT) - 1))
def test_a_line_belongs_to_the_piece_it_starts_in(tmp_path_factory, cut) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.jsonl"
    path.write_bytes(CONTENT)
    halves = [Piece("jsonl", 0, "web", str(path), "cut", a, b, 0) for a, b in ((0, cut), (cut, len(CONTENT)))]
    found = [(record.offset, record.body) for half in halves for _, record in read(half)]
    whole = [(record.offset, record.body) for _, record in read(Piece("jsonl", 0, "web", str(path), "cut", 0, -1, 0))]
    assert found == whole


@pytest.mark.parametrize("cut", [30, 60])
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_file_cut_short_ends_with_a_row_that_says_so(piece, pack, cut) -> None:
    content = "".join(json.dumps({"text": str(hash_like) * 20}) + "\n" for hash_like in range(1000, 3000)).encode()
    made = list(read(piece("jsonl", pack(content)[:-cut])))
    assert made[-1][1].status == "truncated"
    assert all(record.status == "ok" for _, record in made[:-1])


def test_rubbish_behind_a_gzip_member_is_a_row(piece) -> None:
    made = [record.status for _, record in read(piece("jsonl", gzip.compress(CONTENT) + b"rubbish that is no member"))]
    assert made == ["ok"] * 9 + ["broken_gzip"]


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b'{"text": "cut', "broken_json"),
        (b"[1, 2]", "broken_json"),
        (b"[" * 100_000, "broken_json"),
        (b'{"text": ' + b"9" * 5000 + b"}", "broken_json"),
        (b'{"n": 1}', "no_text_field"),
        (b'{"text": 5}', "no_text_field"),
        (b'{"text": null}', "no_text_field"),
        (b'{"text": " \\n"}', "empty"),
        (b'{"text": "\xff\xfe"}', "undecodable"),
        (b'{"text": "' + b"x" * 300_000 + b'"}', "too_large"),
    ],
)
def test_a_bad_line_is_a_row_with_its_reason_and_the_next_is_read(piece, line, status) -> None:
    made = list(read(piece("jsonl", line + b"\n\n" + b'{"text": "good"}'), max_bytes=200_000))
    assert [(row, record.status) for row, record in made] == [(0, status), (1, "ok")]


def test_a_line_over_the_limit_is_never_held_in_memory(piece) -> None:
    import tracemalloc

    made = piece("jsonl", b'{"text": "' + b"x" * 40_000_000 + b'"}\n{"text": "good"}\n')
    tracemalloc.start()
    assert [record.status for _, record in read(made, max_bytes=100_000)] == ["too_large", "ok"]
    assert tracemalloc.get_traced_memory()[1] < 6_000_000
    tracemalloc.stop()


def test_lone_surrogates_and_nul_do_not_reach_arrow(piece) -> None:
    [text] = texts(piece("jsonl", b'{"text": "a\\ud800b\\u0000c \\ud83d\\ude00"}\n'))
    assert text == "a\ufffdbc \U0001f600"


def test_fields_name_the_columns_and_reach_into_objects(piece) -> None:
    line = json.dumps({"body": "hello", "meta": {"url": "http://b.example/", "when": "20240506070809"}}).encode()
    [(_, record)] = read(piece("jsonl", line), {"text": "body", "url": "meta.url", "date": "meta.when"})
    assert (record.body, record.url, record.date) == ("hello", "http://b.example/", 1714979289)


def test_skipped_rows_are_counted_and_not_yielded(piece) -> None:
    assert [row for row, _ in read(piece("jsonl", CONTENT), skip={0, 3})] == [1, 2, 4, 5, 6, 7, 8]


def test_a_sample_keeps_whole_hosts_and_the_numbers_of_rows(piece) -> None:
    rows = [{"text": "x", "url": f"http://host{n % 40}.example/{n}"} for n in range(400)]
    made = piece("jsonl", "\n".join(map(json.dumps, rows)).encode())
    counters: dict[str, int] = {}
    kept = list(read(made, sample=0.3, counters=counters))
    hosts = {record.url.split("/")[2] for _, record in kept}
    assert all(rows[row]["url"] == record.url for row, record in kept)
    assert len(kept) == 10 * len(hosts) and 0 < len(hosts) < 40
    assert counters == {"records": 400, "unsampled": 400 - len(kept)}

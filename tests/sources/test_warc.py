"""WARC: whatever is broken becomes a row, and reading goes on behind it."""

import gzip
import re
import zlib
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.sources import Piece, http, read
from tests.sources.warcs import members, response

PAGES = [response(f"http://a.example/{n}", f"<html><p>page {n}</p></html>".encode()) for n in range(5)]


def statuses(piece: Piece, **options) -> list[str]:
    return [record.status for _, record in read(piece, **options)]


@pytest.mark.parametrize("kind", ["response", "resource", "conversion"])
def test_response_resource_and_conversion_are_records(piece, kind) -> None:
    [(row, record)] = read(piece("warc", members(response("http://a.example/", b"hello", kind=kind))))
    assert (row, record.url, record.body, record.date) == (0, "http://a.example/", b"hello", 1714979289)


@pytest.mark.parametrize("kind", ["request", "warcinfo", "revisit", "metadata"])
def test_other_records_are_not(piece, kind) -> None:
    assert statuses(piece("warc", members(response("http://a.example/", b"x", kind=kind)))) == []


def test_offsets_are_those_of_the_gzip_members(piece) -> None:
    offsets = [record.offset for _, record in read(piece("warc", members(*PAGES)))]
    assert offsets == [len(members(*PAGES[:n])) for n in range(5)]


def test_a_file_that_is_one_gzip_member_still_has_distinct_offsets(piece) -> None:
    offsets = [record.offset for _, record in read(piece("warc", gzip.compress(b"".join(PAGES), mtime=0)))]
    assert len(set(offsets)) == 5 and offsets == sorted(offsets)


def test_headers_alone_give_the_same_rows_without_bodies(piece) -> None:
    made = piece("warc", members(*PAGES))
    whole, heads = list(read(made)), list(read(made, bodies=False))
    assert [(row, r.offset, r.url, r.http_status) for row, r in whole] == [
        (row, r.offset, r.url, r.http_status) for row, r in heads
    ]
    assert all(record.body is None for _, record in heads)


def test_a_broken_member_costs_one_row_and_the_next_record_is_read(piece) -> None:
    content = bytearray(members(*PAGES))
    start = len(members(*PAGES[:2]))
    content[start + 60 : start + 90] = b"\xff" * 30
    made = piece("warc", bytes(content))
    assert statuses(made) == ["ok", "ok", "broken_gzip", "ok", "ok"]
    assert len(members(*PAGES[:1])) < [r.offset for _, r in read(made)][2] <= start
    assert [row for row, _ in read(made, bodies=False)] == [0, 1, 2, 3, 4]


def test_a_member_whose_start_is_gone_costs_one_row_too(piece) -> None:
    content = bytearray(members(*PAGES))
    start = len(members(*PAGES[:2]))
    content[start : start + 12] = bytes(12)
    read_back = list(read(piece("warc", bytes(content))))
    assert [r.url[-1] for _, r in read_back if r.status == "ok" and r.url] == ["0", "1", "3", "4"]
    assert sum(r.status != "ok" for _, r in read_back) == 1


def test_a_file_cut_short_keeps_what_came_before(piece) -> None:
    content = members(*PAGES)
    assert statuses(piece("warc", content[:-20]))[:4] == ["ok"] * 4
    assert statuses(piece("warc", content[:-20]))[4] in ("truncated", "broken_gzip")


@pytest.mark.parametrize("pack", [members, lambda *records: b"".join(records)])
def test_a_record_that_claims_too_much_does_not_swallow_the_next(piece, pack) -> None:
    lying = PAGES[1].replace(b"Content-Length: ", b"Content-Length: 99")
    assert statuses(piece("warc", pack(PAGES[0], lying, PAGES[2], PAGES[3]))) == ["ok", "truncated", "ok", "ok"]


def test_rubbish_between_plain_records_is_passed_over(piece) -> None:
    assert statuses(piece("warc", PAGES[0] + b"rubbish\r\n\r\n" + PAGES[1])) == ["ok", "ok"]


def test_a_record_over_the_limit_is_a_status_and_holds_no_body(piece) -> None:
    large = response("http://a.example/large", bytes(300_000))
    made = piece("warc", members(PAGES[0], large, PAGES[1]))
    assert statuses(made, max_bytes=1_000) == ["ok", "too_large", "ok"]


def test_a_decompression_bomb_is_too_large(piece) -> None:
    bomb = response(
        "http://a.example/", gzip.compress(bytes(5_000_000)), "Content-Type: text/html\r\nContent-Encoding: gzip"
    )
    assert statuses(piece("warc", members(bomb, PAGES[0])), max_bytes=1_000_000) == ["too_large", "ok"]


def test_media_is_told_by_content_type_and_by_the_body_where_none_is_stated(piece) -> None:
    kinds = {"text/html; charset=x": "html", "text/plain": "text", "image/png": "", "X": "html"}
    made = members(
        *(
            response("http://a.example/", b"<html>", f"Content-Type: {kind}".replace("Content-Type: X", "A: b"))
            for kind in kinds
        )
    )
    records = [record for _, record in read(piece("warc", made))]
    assert [record.media for record in records] == list(kinds.values())
    assert [record.status for record in records] == ["ok", "ok", "unsupported_type", "ok"]
    assert records[0].charset == "x"


def test_reservations_are_read_from_headers(piece) -> None:
    headers = "Content-Type: text/html\r\nX-Robots-Tag: noai, noindex\r\nTDM-Reservation: 1"
    [(_, record)] = read(piece("warc", members(response("<http://a.example/>", b"x", headers))))
    assert record.rights == ("noai", "noindex", "tdm") and record.url == "http://a.example/"


@pytest.mark.parametrize(
    ("headers", "stored"),
    [
        ({"transfer-encoding": "chunked"}, b"3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"),
        ({"transfer-encoding": "chunked"}, b"abcdefg"),  # stored dechunked
        ({"transfer-encoding": "chunked"}, b"3\r\nabc\r\nffff\r\ndefg"),  # cut short
        ({"content-encoding": "gzip"}, gzip.compress(b"abcdefg", mtime=0)),
        ({"content-encoding": "gzip"}, b"abcdefg"),  # stored unzipped
        ({"content-encoding": "gzip"}, gzip.compress(b"abcdefg", mtime=0)[:-4]),
        ({"content-encoding": "deflate"}, zlib.compress(b"abcdefg")),
        ({"content-encoding": "deflate"}, zlib.compress(b"abcdefg")[2:-4]),
        ({"content-encoding": "br"}, brotli.compress(b"abcdefg")),
        ({"content-encoding": "br"}, b"abcdefg"),
        ({"content-encoding": "identity"}, b"abcdefg"),
    ],
)
def test_codings_are_undone_where_the_bytes_are_coded(headers, stored) -> None:
    assert http.decoded(stored, headers, 1000) == b"abcdefg"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@given(body=st.binary(max_size=300))
def test_no_body_makes_decoding_fail(coding, body) -> None:
    http.decoded(body, {"transfer-encoding": "chunked", "content-encoding": coding}, 1000)


@given(cut=st.integers(0, 2_000), junk=st.binary(min_size=1, max_size=40))
def test_no_damage_makes_reading_fail_and_rows_do_not_depend_on_bodies(tmp_path_factory, cut, junk) -> None:
    content = members(*PAGES)
    path = tmp_path_factory.getbasetemp() / "damaged.warc.gz"
    path.write_bytes(content[:cut] + junk + content[cut + len(junk) :])
    piece = Piece("warc", 0, "web", str(path), "damaged.warc.gz", 0, -1, 0)
    whole = [(row, record.offset) for row, record in read(piece)]
    assert whole == [(row, record.offset) for row, record in read(piece, bodies=False)]
    assert len({offset for _, offset in whole}) == len(whole)


def test_every_native_file_is_read_without_an_exception(data: Path) -> None:
    from curate.sources import recognise

    kinds = {}
    for file in sorted((data / "web" / "warc_native").iterdir()):
        kinds[file.name] = kind = recognise(file.name, file.read_bytes()[: 1 << 16])
        if kind:
            list(read(Piece(kind, 0, "web", str(file), file.name, 0, -1, 0)))
    assert len(kinds) == 42
    assert {name for name, kind in kinds.items() if kind is None} == {name for name in kinds if ".arc" in name}


@pytest.mark.parametrize("kind", ["response", "warcinfo"])
@pytest.mark.parametrize("at", [1, 3])
@pytest.mark.parametrize("more", [-9, 60, 200, 500])
def test_a_wrong_length_in_a_plain_file_hides_no_other_record(piece, kind, at, more) -> None:
    pages = [*PAGES]
    length = re.search(rb"Content-Length: (\d+)", pages[at])
    assert length is not None
    wrong = pages[at].replace(length[0], b"Content-Length: %d" % (int(length[1]) + more))
    pages[at] = wrong.replace(b"WARC-Type: response", b"WARC-Type: " + kind.encode())
    made = piece("warc", b"".join(pages))
    whole, heads = ([(row, r.offset, r.url) for row, r in read(made, bodies=bodies)] for bodies in (True, False))
    assert whole == heads
    expected = [n for n in range(5) if n != at or kind == "response"]
    assert [url for _, _, url in whole] == [f"http://a.example/{n}" for n in expected]
    assert [offset for _, offset, _ in whole] == [sum(map(len, pages[:n])) for n in expected]


def test_a_page_that_quotes_a_record_is_one_record(piece) -> None:
    quoting = response("http://a.example/quoting", b"<html><pre>\n" + PAGES[0] + b"</pre></html>")
    assert statuses(piece("warc", PAGES[1] + quoting + b"\r\n\r\n" + PAGES[2] + b"\r\n\r\n\r\n")) == ["ok"] * 3


@pytest.mark.parametrize("url", ["metadata://gnu.org/software/wget/warc/wget.log", "<URN:x-curate:settings>"])
def test_what_a_crawler_stores_of_itself_is_no_document(piece, url) -> None:
    made = members(response(url, b"log", kind="resource"), response(url, b"x"), PAGES[0])
    assert statuses(piece("warc", made)) == ["unsupported_type", "ok", "ok"]

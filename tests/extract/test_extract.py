"""A record to its text, or a status that says why there is none."""

from types import SimpleNamespace

import pytest

from curate.extract import extract
from curate.sources import Record

SETTINGS = SimpleNamespace(engine="auto", min_confidence=0.7, max_bytes=1_000_000)


def test_plain_text_is_kept_but_for_line_ends_marks_and_nul() -> None:
    body = "\ufeff  a\r\nb\rc\0\t\u2028d \n".encode()
    assert extract(Record(0, media="text", body=body), SETTINGS).text == "  a\nb\nc\t\u2028d \n"


def test_a_status_of_the_reader_stands() -> None:
    found = extract(Record(0, status="truncated", title="T", rights=("noai",)), SETTINGS)
    assert (found.status, found.text, found.title, found.rights) == ("truncated", "", "T", ("noai",))


@pytest.mark.parametrize(
    ("media", "body", "status"),
    [
        ("text", b"", "empty"),
        ("text", b"\0\0 \n", "empty"),
        ("html", b"<html><body><img src=x></body></html>", "empty"),
        ("text", b"x" * 1_000_001, "too_large"),
        ("text", bytes(range(128, 160)) * 9 + b"\xff\xfe\xff" * 9, "undecodable"),
    ],
)
def test_no_text_has_a_reason(media, body, status) -> None:
    found = extract(Record(0, media=media, body=body), SETTINGS)
    assert (found.status, found.text) == (status, "")


def test_an_engine_that_fails_costs_one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    from curate.extract import html

    def fails(*_: object) -> None:
        raise RecursionError("deep\nlines")

    monkeypatch.setattr(html, "main_text", fails)
    assert extract(Record(0, media="html", body=b"<p>x"), SETTINGS).status == "extract_error: RecursionError"


def test_title_licence_and_rights_of_source_and_page_come_together() -> None:
    body = b"<title>page</title><meta name=robots content=noai><p>text</p><a rel=license href=/l>"
    found = extract(Record(0, url="https://host.example/a", media="html", body=body, rights=("tdm",)), SETTINGS)
    assert (found.title, found.license, found.rights) == ("page", "https://host.example/l", ("noai", "tdm"))
    assert extract(Record(0, media="html", body=body, title="stated"), SETTINGS).title == "stated"

"""Text files: what counts as text, and what a file becomes."""

import gzip

import pytest

from curate.sources import read, recognise
from curate.sources.text import is_code


@pytest.mark.parametrize("body", [b"plain", "größer".encode(), "größer".encode("latin-1"), "größer".encode("utf-16")])
def test_text_in_any_encoding_is_text(body) -> None:
    assert recognise("notes", body * 50) == "text"


@pytest.mark.parametrize(
    "head",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"PK\x03\x04\x14\0\0\0",
        b"%PDF-1.7\n",
        b"\x7fELF\x02\x01\0",
        b"GIF89a",
        bytes(range(32)) * 9,
    ],
)
def test_pictures_archives_and_programs_are_not(head) -> None:
    assert recognise("notes.txt", head) is None


def test_a_file_is_one_record_and_html_is_told_from_text(piece) -> None:
    [(row, record)] = read(piece("text", b"hello\n"))
    assert (row, record.offset, record.media, record.body) == (0, 0, "text", b"hello\n")
    [(_, page)] = read(piece("text", b"<!-- saved -->\n<!DOCTYPE html><p>x"))
    assert page.media == "html"


def test_a_gzip_cut_short_keeps_its_beginning_and_says_so(piece) -> None:
    content = gzip.compress("".join(f"line {n * 7919}\n" for n in range(5000)).encode())
    made = [record for _, record in read(piece("text", content[:-100]))]
    assert [record.status for record in made] == ["ok", "truncated"]
    assert made[0].body.startswith(b"line 0\nline 7919\n")


@pytest.mark.parametrize(("content", "status"), [(b" \n\t", "empty"), (b"x" * 2000, "too_large")])
def test_empty_and_huge_files_have_a_status(piece, content, status) -> None:
    assert [record.status for _, record in read(piece("text", content), max_bytes=1000)] == [status]


def test_code_is_told_by_its_name() -> None:
    assert is_code("a/b.py") and is_code("Makefile") and is_code("x.RS.gz")
    assert not is_code("a.py/readme.md") and not is_code("book.txt") and not is_code("py")

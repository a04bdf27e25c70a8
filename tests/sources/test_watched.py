"""What a storage raises is told from what bad bytes make a library raise."""

import io

import pytest

from curate.sources import epub
from curate.sources.archives.watched import Watched
from curate.sources.epub.zipped import Book
from curate.sources.record import Options
from tests.sources.books import book, page


class Failing(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise OSError(5, "Input/output error")


def test_a_disk_that_fails_is_no_broken_book() -> None:
    with pytest.raises(OSError, match="Input/output"):
        Book(Failing(book({"a.xhtml": page("x")})), 1000)


def test_a_place_before_the_start_is_bad_input() -> None:
    watched = Watched(io.BytesIO(b"abc"))
    with pytest.raises(ValueError, match="no place"):
        watched.seek(-1)
    assert watched.failure is None and watched.seek(-1, 2) == 2


def test_a_book_whose_directory_points_before_its_start_is_broken(piece) -> None:
    content = bytearray(book({"a.xhtml": page("x")}))
    end = content.rindex(b"PK\5\6")
    content[end + 16 : end + 20] = b"\xff" * 4
    [record] = epub.read(piece("epub", bytes(content)), Options({}))
    assert record.status in ("broken_epub", "broken_member")

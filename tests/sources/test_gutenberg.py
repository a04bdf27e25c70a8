import pytest

from curate.sources import read, recognise

HEADER = """The Project Gutenberg eBook of Alice
{zeile}
Title: Alices Abenteuer
        im Wunderland

Author: L. Carroll

Release date: November 13, 2006 [eBook #19778]
                Most recently updated: June 22, 2011

Language: German

Character set encoding: ISO-8859-1

*** START OF THE PROJECT GUTENBERG EBOOK ALICE ***

Für Kinder.
"""


@pytest.fixture
def book(piece):
    def make(content: bytes, **options):
        return [record for _, record in read(piece("gutenberg", content, "pg1.txt"), **options)]

    return make


def test_the_header_says_what_book_it_is_and_where(book):
    (record,) = book(HEADER.format(zeile="").encode())
    assert (record.title, record.language, record.date) == ("Alices Abenteuer im Wunderland", "de", 1163376000)
    assert (record.url, record.license) == ("https://www.gutenberg.org/ebooks/19778", "LicenseRef-Public-Domain")
    assert (record.media, record.offset, record.status) == ("gutenberg", 0, "ok")


def test_latin_1_is_believed_where_the_book_states_it(book):
    (record,) = book(HEADER.format(zeile="").encode("latin-1"))
    assert record.body.endswith("Für Kinder.\n")
    (record,) = book(HEADER.format(zeile="").encode())
    assert record.body.decode().endswith("Für Kinder.\n")


def test_a_book_under_copyright_says_so(book):
    (record,) = book(HEADER.format(zeile="*** This is a COPYRIGHTED Project Gutenberg eBook. ***").encode())
    assert record.license == "LicenseRef-Project-Gutenberg"


def test_an_old_header_has_number_and_month(book):
    (record,) = book(
        b"The Project Gutenberg Etext of Carmilla, by J. S. Le Fanu\n\nRelease Date: July, 1997  [Etext #105]\n"
    )
    assert (record.title, record.url) == ("Carmilla", "https://www.gutenberg.org/ebooks/105")
    assert record.date == 867715200


def test_without_bodies_the_record_is_the_same(book):
    for content in (HEADER.format(zeile="").encode(), b"Project Gutenberg's X", b" \n"):
        with_body, without = book(content)[0], book(content, bodies=False)[0]
        assert without.body is None
        with_body.body = None
        assert with_body == without


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (HEADER.format(zeile="").encode("latin-1"), "gutenberg"),
        (b"Project Gutenberg's Two Latin Plays, by S. Paxson\n", "gutenberg"),
        (b"\xef\xbb\xbfThe Project Gutenberg EBook of X\n", "gutenberg"),
        (b"**Welcome To The World of Free Plain Vanilla Electronic Texts**\n", "gutenberg"),
        (b"<!DOCTYPE html><html><title>The Project Gutenberg eBook of X</title>", "text"),
        (b"A history of Gutenberg's press.\n", "text"),
    ],
)
def test_books_are_told_by_their_header(head, kind):
    assert recognise("a.txt", head) == kind


def test_a_line_that_names_the_book_over_and_over_costs_what_its_letters_cost(book):
    """By the cube of its length it would take 44 s."""
    (record,) = book(b"project gutenberg ebook of x" * 285 + b", by " * 1_600 + b"\n" * (1 << 14))
    assert record.title == "x" + "project gutenberg ebook of x" * 284
    (record,) = book(b"project gutenberg ebook of x" * 285 + b", by " * 1_600 + b"." * (1 << 14))
    assert record.title is None and record.status == "ok"

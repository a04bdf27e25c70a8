import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract import extract, gutenberg
from curate.sources import Record

BODY = "A TITLE\n\nby Somebody\n\n\n\n  First line.\n\n\tLast line."
START, END = (
    "*** START OF THE PROJECT GUTENBERG EBOOK A TITLE ***",
    "*** END OF THE PROJECT GUTENBERG EBOOK A TITLE ***",
)
NEW = (
    "The Project Gutenberg eBook of A Title\n\nThis ebook is for the use of anyone\n\nTitle: A Title\n\nLanguage: Latin"
    f"\n\n\n\n{START}\n\n\n\n{{body}}\n\n\n\n{END}\n\nUpdated editions will replace the previous one\n"
)
WRAPPED = (
    "***START OF THIS PROJECT GUTENBERG EBOOK A LONG\nTITLE***\n\n\n{body}\n\n\n"
    "End of Project Gutenberg's A Long Title\n\nMore"
)
OLD = (
    "**Welcome To The World of Free Plain Vanilla Electronic Texts**\n\nTitle\n\n*SMALL PRINT!*\nYou may\n"
    "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\n\n\n{body}\n\n\n"
    "End of The Project Gutenberg Etext of A Title\n"
)
GERMAN = f"{START}\n\n\n{{body}}\n\n\nEnde dieses Projekt Gutenberg Etextes X\n\nrest"
NO_START = (
    "Project Gutenberg's A Title\n\nTitle: A Title\nAuthor: B\nLanguage: English\n\n\n\n{body}\n\n\n"
    "*** END OF THIS PROJECT GUTENBERG EBOOK ***\n"
)
NO_END = f"{START}\n\n{{body}}\n\n*** START: FULL LICENSE ***\n\nTHE FULL PROJECT GUTENBERG LICENSE\n"


@pytest.mark.parametrize("shape", [NEW, WRAPPED, OLD, GERMAN, NO_START, NO_END])
def test_the_book_between_header_and_licence_is_kept_to_the_letter(shape):
    assert gutenberg.text(shape.format(body=BODY)) == BODY.replace("\r", "")
    assert gutenberg.text(shape.format(body=BODY).replace("\n", "\r\n")) == BODY


@pytest.mark.parametrize(
    "front",
    [
        "Produced by A, B and the\nOnline Distributed Proofreading Team",
        "E-text prepared by A\n\n\n\nTranscriber's Note:\n\nSpelling is kept.\n\nSo is all else.",
        "NOTA DE TRANSCRIPCIÓN\n\n* Las cursivas se muestran",
        "Au lecteur\n\nCette version électronique reproduit",
        "[Transcriber’s note: x]",
    ],
)
def test_credits_and_notes_of_transcribers_go_at_the_front(front):
    assert gutenberg.text(NEW.format(body=f"{front}\n\n\n\n{BODY}")) == BODY


@pytest.mark.parametrize(
    "back", ["TRANSCRIBER’S NOTES:\n\nItalics are _so_.\n\nAll is kept.", "Nota del Trascrittore\n\nOrtografia"]
)
def test_notes_of_transcribers_go_at_the_back(back):
    book = BODY + "\n\nMore of it." * 9
    assert gutenberg.text(NEW.format(body=f"{book}\n\n\n\n{back}")) == book


def test_a_text_that_only_speaks_of_gutenberg_stays_whole():
    text = "Of Project Gutenberg\n\nProduced by nobody.\n\n\n\nIt has many books."
    assert gutenberg.text(text) == text


def test_extract_decodes_first():
    class Settings:
        engine, max_bytes, min_confidence = "auto", 1 << 20, 0.0

    body = NEW.format(body="Žluťoučký kůň").encode("iso-8859-2")
    found = extract(Record(0, media="gutenberg", body=body, charset="iso-8859-2"), Settings())
    assert (found.text, found.charset) == ("Žluťoučký kůň", "iso8859-2")


PARTS = [
    START, END, "End of Project Gutenberg",
    "*END*THE SMALL PRINT!", "Produced by", "Transcriber's note", "Title: x", "Language: y", "***",
    "THE FULL PROJECT GUTENBERG LICENSE",
    "\n", "\n\n", "\n\n\n", " ", "a", "ß", "[", "*",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=60).map("".join))
def test_whatever_the_file_holds_the_book_is_a_part_of_it(file):
    book = gutenberg.text(file)
    assert len(book) <= len(file)


@pytest.mark.parametrize(
    "token", ["\n \n", " ", "*", "***\n", "a: \n b\n", "end of ", "[", "Title: x\n", "\n\n\nTranscriber's note"]
)
def test_many_of_anything_takes_no_square_of_the_time(token):
    gutenberg.text("Project Gutenberg\n" + token * 20_000)

"""Books: the author's text in reading order, and what becomes of books that are broken, locked or bombs."""

import re
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract import extract
from curate.sources import epub, read, recognise
from curate.sources.record import Options, Piece
from tests.sources.books import archive, book, package, page

LONG = "<p>" + "It was a dark night. " * 20 + "</p>"


def records(piece, content: bytes, **more):
    return [record for _, record in read(piece("epub", content, "book.epub"), **more)]


def test_a_book_is_known_by_its_first_member_or_by_its_name() -> None:
    assert recognise("anything", book({"a.xhtml": page("x")})) == "epub"
    assert recognise("book.epub", b"PK\3\4" + bytes(60)) == "epub"
    assert recognise("book.epub", b"%PDF-1.7") is None


def test_documents_come_in_the_order_of_the_spine_and_what_is_not_linear_last(piece) -> None:
    pages = {"notes.xhtml": page("<p>notes</p>"), "b.xhtml": page("<p>second</p>"), "a.xhtml": page("<p>third</p>")}
    [record] = records(piece, book(pages, linear=("notes.xhtml",)))
    assert re.findall(r"<p>(\w+)</p>", record.body) == ["second", "third", "notes"]
    assert (record.offset, record.media) == (0, "fragment") and "not text" not in record.body


def test_what_the_package_states_is_the_records(piece) -> None:
    stated = (
        "<dc:identifier>urn:isbn:1</dc:identifier><dc:identifier>https://example.org/b/1</dc:identifier>"
        "<dc:date>1851</dc:date><dc:language>fr-CA</dc:language><dc:rights>Public\n domain</dc:rights>"
    )
    [record] = records(piece, book({"a.xhtml": page("<p>x</p>")}, stated))
    assert (record.title, record.url, record.language) == ("A Book", "https://example.org/b/1", "fr-CA")
    assert record.license == "Public domain" and record.date == -3755289600


def test_the_apparatus_of_a_book_is_off_and_the_authors_words_stay(piece) -> None:
    kinds = ["cover", "titlepage", "copyright-page", "dedication", "epigraph", "toc", "preface", "chapter", "colophon"]
    [record] = records(piece, book({f"{n}.xhtml": page(f"<p>{kind}</p>", kind) for n, kind in enumerate(kinds)}))
    assert re.findall(r"<p>([\w-]+)</p>", record.body) == ["dedication", "epigraph", "preface", "chapter"]


def test_guide_landmarks_and_names_are_hints_that_a_small_document_follows(piece) -> None:
    guide = '<guide><reference type="copyright-page" href="c.html"/><reference type="text" href="t.html"/></guide>'
    pages = {"c.html": page("<p>legal</p>"), "Cover_01.html": page("<p>cover</p>"), "t.html": page(LONG)}
    [record] = records(piece, book(pages, after=guide))
    assert "dark night" in record.body and "legal" not in record.body and "cover" not in record.body
    whole = '<guide><reference type="toc" href="t.html"/></guide>'
    [record] = records(piece, book({"t.html": page(LONG * 200)}, after=whole))
    assert "dark night" in record.body


def test_a_copyright_page_that_nothing_marks_is_known_by_its_signs(piece) -> None:
    legal = page("<p>Copyright © 1999 by the author. All rights reserved.</p><p>ISBN 978-3-16-148410-0</p>")
    story = page(LONG + "<p>He copied the ISBN from the back.</p>")
    [record] = records(piece, book({"part1.html": legal, "part2.html": story}))
    assert "reserved" not in record.body and "the ISBN" in record.body


def test_a_table_of_contents_that_nothing_marks_is_known_by_its_links(piece) -> None:
    listed = page("<h1>Chapters</h1>" + "".join(f'<p><a href="{n}.html">The {n}th chapter</a></p>' for n in range(9)))
    linked = page(LONG + "".join(f'<p>See <a href="{n}.html">chapter {n}</a>.</p>' for n in range(9)))
    abroad = page("".join(f'<p><a href="https://example.org/{n}">A friend of mine</a></p>' for n in range(9)))
    [record] = records(piece, book({"part1.html": listed, "part2.html": linked, "part3.html": abroad}))
    assert "9th" not in record.body and "8th" not in record.body
    assert "See <a" in record.body and record.body.count("A friend") == 9


def test_the_licence_of_project_gutenberg_goes_with_the_lines_that_mark_it(piece) -> None:
    start = "<p>*** START OF THIS PROJECT GUTENBERG EBOOK A TALE ***</p>"
    first = page("<p>This ebook is for the use of anyone</p>" + start + LONG)
    last = page(LONG + "<p>The end.</p><p>*** END OF THIS PROJECT GUTENBERG EBOOK A TALE ***</p><p>Section 1.</p>")
    [record] = records(piece, book({"0.html": first, "1.html": last}))
    assert "anyone" not in record.body and "Section 1" not in record.body and "GUTENBERG" not in record.body
    assert record.body.count("dark night") == 40 and "The end." in record.body


def test_members_are_found_escaped_composed_otherwise_and_in_other_capitals(piece) -> None:
    members = {"OPS/book.opf": package(["Kapitel%201.xhtml", "e\u0301.xhtml", "THREE.XHTML"])}
    names = ["Kapitel 1.xhtml", "\u00e9.xhtml", "three.xhtml"]
    members |= {f"OPS/{name}": page(f"<p>{n}</p>") for n, name in enumerate(names)}
    [record] = records(piece, archive(members))  # without a container, too
    assert re.findall(r"<p>(\d)</p>", record.body) == ["0", "1", "2"]


def test_a_document_that_cannot_be_read_is_a_record_and_the_rest_is_a_book(piece) -> None:
    content = book({"a.xhtml": page("<p>first</p>"), "b.xhtml": page(LONG), "c.xhtml": page("<p>third</p>")})
    at = content.index(b"OPS/b.xhtml") + len("OPS/b.xhtml") + 20
    damaged = bytearray(content)
    damaged[at] ^= 0xFF
    whole, lost = records(piece, bytes(damaged))
    assert "first" in whole.body and "third" in whole.body and "dark" not in whole.body
    assert (lost.status, lost.member) == ("broken_member", "OPS/b.xhtml")
    missing = archive({"OPS/book.opf": package(["a.xhtml", "gone.xhtml"]), "OPS/a.xhtml": page("<p>here</p>")})
    assert [record.status for record in records(piece, missing)] == ["ok", "missing_member"]


def test_a_book_above_the_limit_is_read_in_parts(piece) -> None:
    pages = {f"{n}.xhtml": page(f"<p>{n}</p>" + LONG) for n in range(9)} | {"huge.xhtml": page(LONG * 9)}
    made = records(piece, book(pages), max_bytes=2_000)
    parts = [record for record in made if record.status == "ok"]
    assert len(parts) > 2 and [record.status for record in made if record not in parts] == ["too_large"]
    assert re.findall(r"<p>(\d)</p>", "".join(part.body for part in parts)) == [str(n) for n in range(9)]
    assert len({record.offset for record in made}) == len(made) and made[0].offset == 0


def test_headers_and_bodies_are_the_same_rows(piece) -> None:
    pages = {f"{n}.xhtml": page(LONG * n) for n in range(6)}
    for content in (book(pages), b"PK\3\4" + bytes(99), archive({"OPS/book.opf": package(["a.xhtml", "b.xhtml"])})):
        bodies, heads = (records(piece, content, bodies=wanted, max_bytes=1_500) for wanted in (True, False))
        for record in bodies:
            record.body = None
        assert bodies == heads and bodies


def test_locked_books_say_so_and_scrambled_fonts_lock_nothing(piece) -> None:
    def listed(way: str, member: str) -> dict[str, bytes]:
        reference = f'<CipherData><CipherReference URI="{member}"/></CipherData>'
        method = f'<EncryptionMethod Algorithm="{way}"/>'
        listed = f'<e xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptedData>{method}{reference}</EncryptedData></e>'
        return {"META-INF/encryption.xml": listed.encode()}

    pages = {"a.xhtml": page("<p>x</p>")}
    locked = book(pages, others=listed("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/a.xhtml"))
    [record] = records(piece, locked)
    assert (record.status, record.title) == ("encrypted", "A Book")
    [record] = records(piece, book(pages, others=listed("http://www.idpf.org/2008/embedding", "OPS/font.otf")))
    assert record.status == "ok"


def test_bombs_are_stopped(piece, monkeypatch) -> None:
    monkeypatch.setattr("curate.sources.epub.zipped._SLACK", 0)
    pages = {f"{n}.xhtml": page(" " * 1_000_000) for n in range(8)}
    made = records(piece, book(pages), max_bytes=2_000_000)
    assert made[-1].status == "decompression_bomb"
    monkeypatch.undo()
    assert [r.status for r in records(piece, book(pages), max_bytes=500_000)] == ["ok"] + ["too_large"] * 8


def test_entities_are_never_expanded_and_no_file_is_fetched(piece) -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    evil = f'<!DOCTYPE html [{lol}<!ENTITY f SYSTEM "file:///etc/hostname">]><html><body><p>&l9;&f; x</p></body></html>'
    [record] = records(piece, book({"a.xhtml": evil.encode()}))
    assert "lollol" not in record.body and len(record.body) < 5_000


def test_depth_and_mismatched_tags_cost_nothing(piece) -> None:
    deep = page("<div>" * 100_000 + "deep" + "</div>" * 100_000)
    wrong = b"<html><body><p>one<a id='x'/></div><p>two</body>"
    [record] = records(piece, book({"a.xhtml": deep, "b.xhtml": wrong}))
    assert "deep" in record.body and "one" in record.body and "two" in record.body


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_no_book_has_are_not_unpacked(piece, way) -> None:
    [record] = records(piece, book({"a.xhtml": page("x")}, way=way))
    assert record.status in ("broken_epub", "unsupported_compression")


@given(st.integers(0, 1 << 30), st.integers(0, 7))
def test_no_flipped_bit_crashes(tmp_path_factory, place: int, bit: int) -> None:
    content = bytearray(book({"a.xhtml": page(LONG), "b.xhtml": page(LONG)}))
    content[place % len(content)] ^= 1 << bit
    path = tmp_path_factory.mktemp("flipped") / "book.epub"
    path.write_bytes(content)
    made = list(epub.read(Piece("epub", 0, "books", str(path), "book.epub", 0, -1, 0), Options({}, max_bytes=100_000)))
    assert made and all(isinstance(record.status, str) for record in made)


def test_mathml_and_ruby_come_out_as_text(piece) -> None:
    body = """<p>Let <m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mfrac><m:mi>a</m:mi><m:mn>2</m:mn></m:mfrac>
    </m:math> be.</p><p><ruby>草枕<rp>(</rp><rt>くさまくら</rt><rp>)</rp></ruby>を読む。</p>"""

    class Settings:
        engine, max_bytes = "auto", 1 << 20

    [record] = records(piece, book({"a.xhtml": page(body)}))
    text = extract(record, Settings()).text
    assert "frac" in text and "草枕を読む。" in text and "くさまくら" not in text


def test_the_books_of_the_development_data_keep_their_paragraphs(data) -> None:
    for path in sorted((data / "books" / "epub").glob("*.epub")):
        piece = Piece("epub", 0, "books", str(path), path.name, 0, -1, 0)
        [record] = epub.read(piece, Options({}))
        assert record.status == "ok" and record.title
        for phrase in ("Standard Ebooks", "Uncopyright", "epubcafe", "Project Gutenberg EBook"):
            assert phrase not in record.body, (path.name, phrase)


def test_a_zip_that_lies_of_its_sizes_is_held_to_what_it_has(piece) -> None:
    content = bytearray(book({"a.xhtml": page(LONG)}))
    at = content.rindex(b"PK\1\2")
    content[at + 24 : at + 28] = (1 << 31).to_bytes(4, "little")
    made = records(piece, bytes(content))
    assert made and zlib.crc32(bytes(content)) and all(len(record.body or "") < 10_000 for record in made)


@pytest.mark.parametrize("part", ["<", "<a ", '<a href="x', '<a href="x">y', "*** START OF", "(c) ", "<dc:rights>"])
def test_hostile_repetition_takes_time_in_its_length(piece, part: str) -> None:
    many = part * (600_000 // len(part))
    assert records(piece, book({"a.xhtml": page(many), "b.xhtml": many.encode()}, metadata=many))


def test_a_link_of_many_addresses_that_does_not_end_costs_what_its_letters_cost(piece) -> None:
    assert records(piece, book({"a.xhtml": page("<a " + 'href="" ' * 70_000)}))

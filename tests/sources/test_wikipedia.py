import bz2
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.sources import Piece, read, recognise, wikipedia
from curate.sources.compressed import CHUNK
from tests.sources.mediawiki import HEADER, dump, multistream, page, revision

PAGES = [page(f"Page {n}", revision(100 + n, f"Text of page {n}. " * 40)) for n in range(12)]


@pytest.fixture
def records(piece):
    def make(content: bytes, name: str = "enwiki-20240301-pages-articles.xml", **options):
        start, end = options.pop("start", 0), options.pop("end", -1)
        return [record for _, record in read(piece("wikipedia", content, name, start, end), **options)]

    return make


def test_a_revision_is_a_record_with_its_address_date_title_and_licence(records):
    (record,) = records(dump(page("Ada Lovelace/C++ & «x»", revision(42, "She <b>wrote</b> & thought."))))
    assert (record.offset, record.status, record.media) == (42, "ok", "wikitext")
    assert record.url == "https://en.wikipedia.org/wiki/Ada_Lovelace/C%2B%2B_%26_%C2%ABx%C2%BB"
    assert record.date == 1709294400
    assert (record.title, record.license, record.language) == ("Ada Lovelace/C++ & «x»", "CC-BY-SA-4.0", "en")
    assert record.body == "She <b>wrote</b> & thought."
    assert record.hidden == {"fails"}


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (page("Talk:A", revision(1, "x"), namespace=1), "namespace"),
        (page("Talk:A", revision(1, "x"), namespace=None), "namespace"),
        (page("A", revision(1, "#REDIRECT [[B]]"), redirect=True), "redirect"),
        (page("A", revision(1, "#WEITERLEITUNG [[B]]")), "redirect"),
        (page("A", revision(1, "'''A''' may be:\n* [[B]]\n{{Disambiguation}}")), "disambiguation"),
        (page("A", revision(1, "'''A''' kann sein:\n* [[B]]\n{{ Begriffsklärung }}")), "disambiguation"),
        (page("A", revision(1, "", attributes=' deleted="deleted"')), "deleted"),
        (page("A", revision(1, "{}", model="json")), "not_wikitext"),
        (page("A", revision(1, " \n ")), "empty"),
        (page("A", revision(1, "# one\n# [[two]]")), "ok"),
        (page("A", revision(1, "Of {{lang|de|Wörter}}.")), "ok"),
    ],
)
def test_what_is_no_article_has_a_status_with_bodies_and_without(records, made, status):
    for bodies in (True, False):
        (record,) = records(dump(made), bodies=bodies)
        assert record.status == status
        assert (record.body is None) == (not bodies or status != "ok")


def test_other_namespaces_are_read_where_the_recipe_says_so(records):
    made = dump(page("Talk:A", revision(1, "Talk."), namespace=1), page("B", revision(2, "Text.")))
    assert [r.status for r in records(made, settings={"namespaces": [1]})] == ["ok", "namespace"]


def test_every_revision_of_a_history_is_a_record_of_one_address(records):
    made = [revision(n, f"Version {n}", f"2024-01-{n:02d}T00:00:00Z") for n in (1, 2, 3)]
    found = records(dump(page("A", *made)))
    assert [r.body for r in found] == ["Version 1", "Version 2", "Version 3"]
    assert len({r.url for r in found}) == 1
    assert [r.offset for r in found] == [1, 2, 3]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_compression_changes_nothing(records, pack):
    assert [r.offset for r in records(pack(dump(*PAGES)))] == list(range(100, 112))


def test_a_history_in_7z_is_read(piece):
    py7zr = pytest.importorskip("py7zr")
    made = io.BytesIO()
    with py7zr.SevenZipFile(made, "w") as archive:
        archive.writestr(dump(*PAGES), "enwiki-pages-meta-history.xml")
    assert recognise("enwiki-20240301-pages-meta-history.xml.7z", made.getvalue()) == "wikipedia"
    found = piece("wikipedia", made.getvalue(), "enwiki-20240301-pages-meta-history.xml.7z")
    assert [r.offset for _, r in read(found)] == list(range(100, 112))
    for end in range(8, len(made.getvalue()), 61):
        clipped = piece("wikipedia", made.getvalue()[:end] or b"7", "enwiki-20240301-pages-meta-history.xml.7z")
        assert all(r.status in ("truncated", "broken_7z", "ok") for _, r in read(clipped))


@given(
    target=st.integers(300, 3000),
    split=st.sampled_from(["multistream", "anywhere", "plain"]),
    step=st.integers(150, 900),
)
def test_cut_anywhere_each_page_is_read_once(tmp_path_factory, target, split, step):
    whole = dump(*PAGES)
    content = {
        "multistream": multistream(PAGES[:5], PAGES[5:7], PAGES[7:]),
        "anywhere": b"".join(bz2.compress(whole[at : at + step]) for at in range(0, len(whole), step)),
        "plain": whole,
    }[split]
    file = tmp_path_factory.mktemp("cut") / "enwiki-1-pages-articles-multistream.xml.bz2"
    file.write_bytes(content)
    found = []
    for start, end, size in wikipedia.cuts(str(file), len(content), content[: 1 << 20], target):
        piece = Piece("wikipedia", 0, "reference", str(file), file.name, start, end, size)
        found += [record for _, record in read(piece)]
    assert [r.offset for r in found] == list(range(100, 112))
    assert {r.url for r in found} == {f"https://en.wikipedia.org/wiki/Page_{n}" for n in range(12)}
    assert {r.status for r in found} == {"ok"}


def test_one_stream_is_not_cut():
    content = bz2.compress(dump(*PAGES))
    assert wikipedia.cuts("", len(content), content, 10) == [(0, -1, len(content))]


def test_after_a_damaged_stream_reading_goes_on_at_the_next(records):
    groups = [bz2.compress("".join(group).encode()) for group in (PAGES[:4], PAGES[4:8], PAGES[8:])]
    groups[1] = groups[1][:40] + bytes(40) + groups[1][80:]
    found = records(bz2.compress(HEADER.format(language="en").encode()) + b"".join(groups))
    assert [r.status for r in found] == ["ok"] * 4 + ["broken_bz2"] + ["ok"] * 4
    assert len({r.offset for r in found}) == 9


def test_a_page_that_is_cut_short_is_a_row_that_says_so(records):
    whole = dump(*PAGES[:2])
    cut = whole.index(b"Text of page 1") + 20
    for content in (whole[:cut], bz2.compress(whole[:cut])):
        assert [(r.offset, r.status) for r in records(content)] == [(100, "ok"), (101, "truncated")]


def test_a_revision_over_the_limit_streams_by(records):
    big = page("Big", revision(5, "word " * CHUNK))
    found = records(dump(PAGES[0], big, PAGES[1]), max_bytes=1 << 20)
    assert [(r.offset, r.status) for r in found] == [(100, "ok"), (5, "too_large"), (101, "ok")]


def test_clipped_dumps_need_no_root_and_a_name_beats_a_pasted_header(records):
    assert [r.status for r in records("".join(PAGES[:2]).encode())] == ["ok", "ok"]
    (record,) = records(dump(PAGES[0]), name="zh_min_nanwiki-20240301-pages-articles.xml")
    assert (record.url, record.language) == ("https://zh-min-nan.wikipedia.org/wiki/Page_0", "zh-min-nan")
    (record,) = records(dump(PAGES[0], language="de"), name="file.xml")
    assert record.url == "https://de.wikipedia.org/wiki/Page_0"


def test_no_entity_but_the_five_and_numbers_is_expanded(records):
    body = "&lt;a&gt; &amp;amp; &quot;&apos; &#65;&#x42;&#xD800; &xxe; &amp;#66;"
    content = (
        '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>\n'
        f"<mediawiki><page><title>A</title><ns>0</ns><revision><id>1</id><text>{body}</text></revision></page></mediawiki>"
    )
    (record,) = records(content.encode())
    assert record.body == "<a> &amp; \"' AB\ufffd &xxe; &#66;"


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.bin", dump(PAGES[0])[:400], "wikipedia"),
        ("a.bz2", bz2.compress(dump(PAGES[0])), "wikipedia"),
        ("a.xml", b'\xef\xbb\xbf<?xml version="1.0"?>\n<mediawiki>', "wikipedia"),
        ("a.xml", b"<page>\n  <title>A</title>", "wikipedia"),
        ("a.xml", b"<pages><page>", "text"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(40), None),
    ],
)
def test_dumps_are_told_by_their_bytes(name, head, kind):
    assert recognise(name, head) == kind


@given(st.data())
def test_damage_is_a_status_and_never_an_exception(tmp_path_factory, data):
    content = bytearray(data.draw(st.sampled_from([dump(*PAGES[:3]), multistream(PAGES[:1], PAGES[1:3])])))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
    file = tmp_path_factory.mktemp("damage") / "f.xml"
    file.write_bytes(bytes(content) or b"x")
    piece = Piece("wikipedia", 0, "reference", str(file), "f.xml", 0, -1, len(content))
    with_bodies = [(row, r.offset, r.url, r.status) for row, r in read(piece)]
    assert with_bodies == [(row, r.offset, r.url, r.status) for row, r in read(piece, bodies=False)]
    assert len({offset for _, offset, _, _ in with_bodies}) == len(with_bodies)


@pytest.mark.parametrize("number", ["<id>7</id>", ""])
def test_a_revision_that_a_damaged_dump_states_again_has_a_place_of_its_own(records, number):
    made = [page(title, revision(7, "Text.").replace("<id>7</id>", number, 1)) for title in "AABA"]
    found = records(dump(*made))
    assert [(r.title, r.body) for r in found] == [(title, "Text.") for title in "AABA"]
    assert len({r.offset for r in found}) == 4 and (found[0].offset == 7) == bool(number)
    assert [r.offset for r in records(dump(*made), bodies=False)] == [r.offset for r in found]


def test_tags_without_end_cost_what_their_bytes_cost(records):
    """By the square of their number each of these would take over 20 s."""
    body = "    <revision>\n      <id>1</id>\n" + "<text " * 66_000 + "</revision>\n"
    broken = records(dump(page("Tags", body), page("Sound", revision(2, "Text of it."))))
    assert [record.status for record in broken] == ["broken_xml", "ok"]
    empty = records(dump(page("Empty", "<revision></revision>" * 70_000)))
    assert {record.status for record in empty} == {"broken_xml"} and len({record.offset for record in empty}) == 70_000
    spaces = records(dump(page("Spaces", *(revision(at, "{{" + " " * 1_990 + "x") for at in range(30)))))
    assert {record.status for record in spaces} == {"ok"}

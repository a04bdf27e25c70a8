"""Stack Exchange dumps: what a thread is, in which order, and what becomes of all that is no thread."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.sources import read, recognise, stackexchange
from curate.sources.record import Options, Piece
from curate.sources.stackexchange.rows import Rows
from curate.sources.stackexchange.threads import Threads
from tests.sources.dumps import answer, archive, posts, question, row, with_stated_size

SITE = "cooking.stackexchange.com"


def records(piece, content: bytes, name: str = f"{SITE}.7z", **more):
    return [record for _, record in read(piece("stackexchange", content, name), **more)]


def dump(*rows: str) -> bytes:
    return archive({"Comments.xml": b"<comments></comments>", "Posts.xml": posts(*rows)})


def test_a_dump_is_known_by_its_site_and_a_table_by_its_rows() -> None:
    packed = archive({"Posts.xml": posts(question(1))})
    assert recognise(f"dumps/{SITE}.7z", packed) == "stackexchange"
    assert recognise("stackoverflow.com-Posts.7z", packed) == "stackexchange"
    assert recognise("pt.meta.stackoverflow.com.7z", packed) == "stackexchange"
    assert recognise("holiday-pictures.7z", packed) is None
    assert recognise("anything.xml", posts(question(1))) == "stackexchange"
    assert recognise("posts.xml", b"<posts><post>a blog's</post></posts>") == "text"


def test_a_thread_is_the_question_and_its_answers_best_first(piece) -> None:
    made = records(
        piece,
        dump(
            question(4, "Salt & <b>pepper</b>?", AcceptedAnswerId=9),
            answer(5, 4, "<p>old</p>", 3),
            answer(7, 4, "<p>best</p>", 8),
            answer(9, 4, "<p>accepted</p>", 3),
        ),
    )
    [thread] = made
    assert (thread.offset, thread.media, thread.title) == (4, "fragment", "Salt & <b>pepper</b>?")
    assert thread.url == f"https://{SITE}/questions/4"
    assert thread.body.startswith("<p>Q: Salt &amp; &lt;b&gt;pepper&lt;/b&gt;?</p>\n<p>asked</p>")
    places = [thread.body.index(word) for word in ("asked", "best", "accepted", "old")]
    assert places == sorted(places) and thread.body.count("<p>A:</p>") == 3


def test_what_the_editor_calls_a_picture_is_not_said(piece) -> None:
    body = '<p><img src="a.png" alt="enter image description here"><img src="b.png" alt="a mill"></p>'
    [thread] = records(piece, dump(question(1, body=body), answer(2, 1)))
    assert "description" not in thread.body and 'alt="a mill"' in thread.body


def test_its_date_is_that_of_its_newest_text_and_its_licences_are_all_named(piece) -> None:
    edited = answer(2, 1, LastEditDate="2020-02-29T00:00:00.000", ContentLicense="CC BY-SA 4.0")
    [thread] = records(piece, dump(question(1, ContentLicense="CC BY-SA 3.0"), edited))
    assert thread.date == 1582934400 and thread.license == "CC BY-SA 3.0, CC BY-SA 4.0"


def test_scores_and_answers_under_the_recipes_least_are_left_out(piece) -> None:
    content = dump(question(1, score=-3), answer(2, 1), question(3), answer(4, 3, "<p>wrong</p>", 0), question(5))
    assert [record.status for record in records(piece, content)] == ["ok"] * 3
    made = records(piece, content, settings={"min_score": 1, "min_answers": 1})
    assert [record.status for record in made] == ["low_score", "unanswered", "unanswered"]
    made = records(piece, content, settings={"min_score": 1})
    assert [record.status for record in made] == ["low_score", "ok", "ok"] and "wrong" not in made[1].body


def test_posts_of_no_thread_have_a_status(piece) -> None:
    broken = '  <row Id="x" PostTypeId="1" Body="" />'
    wiki = row(Id=30, PostTypeId=5, CreationDate="2015-01-21T20:26:05.383", Body="about a tag")
    made = records(piece, dump(broken, answer(8, 7), wiki, question(40), question(40)))
    found = [(record.offset, record.status) for record in made]
    assert found[1:3] == [(30, "other_post"), (40, "ok")]
    assert [status for _, status in found] == ["orphan_answer", "other_post", "ok", "repeated_post", "broken_row"]
    assert len({offset for offset, _ in found}) == 5


def test_a_stretch_of_broken_rows_is_one(piece) -> None:
    broken = '<row Id="3" PostTypeId="1" Id="3" />'
    made = records(piece, posts(question(1), broken * 2, "<row " * 5, question(2), broken, broken), "Posts.xml")
    assert [record.status for record in made] == ["ok", "ok", "broken_row", "broken_row", "broken_row"]
    content, rows = b"<posts>" + b"<row " * 100_000, Rows(400, True)
    assert len([*rows.feed(content), *rows.finish()]) == len(content) // 65_536 + 1


def test_one_number_for_all_posts_still_gives_each_its_own_offset(piece) -> None:
    wiki = row(Id=1, PostTypeId=5, CreationDate="2015-01-21T20:26:05.383", Body="x")
    made = records(piece, dump(answer(1, 7), answer(1, 1), question(1), wiki, answer(1, 8), wiki, answer(2, 1)))
    assert len({record.offset for record in made}) == len(made) == 6
    assert [record.status for record in made][:2] == ["ok", "repeated_post"] and made[0].body.count("<p>A:</p>") == 1


def test_an_archive_without_posts_says_so(piece) -> None:
    [record] = records(piece, archive({"Badges.xml": b"<badges></badges>"}), "stackoverflow.com-Badges.7z")
    assert record.status == "no_posts"
    [record] = records(piece, b'<votes>\n  <row Id="1" PostId="1" VoteTypeId="2" />\n</votes>', "Votes.xml")
    assert record.status == "no_posts"


def test_headers_and_bodies_are_the_same_rows(piece) -> None:
    bare = row(Id=7, PostTypeId=1, CreationDate="2014-01-21T20:26:05.383")
    content = dump(question(1), answer(2, 1), answer(9, 8), "  <row />", question(1), bare)
    bodies, heads = (records(piece, content, bodies=bodies) for bodies in (True, False))
    assert all(record.body is None for record in heads) and bodies[0].body
    for record in bodies:
        record.body = None
    assert bodies == heads


@pytest.mark.parametrize("method", ["LZMA", "LZMA2", "BZIP2", "DEFLATE", "COPY"])
def test_every_method_that_7_zip_writes_is_read(piece, method) -> None:
    import py7zr

    content = archive({"Posts.xml": posts(question(1))}, [{"id": getattr(py7zr, f"FILTER_{method}")}])
    assert [record.status for record in records(piece, content)] == ["ok"]


def test_plain_and_compressed_tables_are_read_alike(piece, tmp_path) -> None:
    import bz2

    (tmp_path / SITE).mkdir()
    [plain] = records(piece, posts(question(3)), f"{SITE}/Posts.xml")
    [packed] = records(piece, bz2.compress(posts(question(3))), f"{SITE}/Posts.xml.bz2")
    assert plain == packed and plain.url == f"https://{SITE}/questions/3"
    [nameless] = records(piece, posts(question(3)), "Posts.xml")
    assert nameless.url is None and nameless.body == plain.body


def test_rows_need_no_lines_and_characters_that_xml_forbids_cost_only_themselves(piece) -> None:
    rows = question(1, body="a\nb") + question(2).replace("asked", "as&#x1F;ked\x02")
    made = records(piece, posts(rows).replace(b"\r\n", b" "), "Posts.xml")
    assert [record.status for record in made] == ["ok", "ok"]
    assert "a\nb" in made[0].body and "<p>asked</p>" in made[1].body


@given(st.integers(1, 40), st.lists(st.integers(0, 60), max_size=30))
def test_where_the_bytes_are_cut_changes_nothing(step: int, parents: list[int]) -> None:
    content = posts(question(1), *(answer(100 + n, parent) for n, parent in enumerate(parents)), "<row x", question(7))
    whole, parts = Rows(400, True), Rows(400, True)
    expected = [*whole.feed(content), *whole.finish()]
    cut = [post for at in range(0, len(content), step) for post in parts.feed(content[at : at + step])]
    assert cut + list(parts.finish()) == expected and len(expected) == len(parents) + 3


def test_threads_that_spill_are_those_that_do_not(tmp_path) -> None:
    rows = Rows(1 << 20, True)
    scattered = [question(n << 12) for n in range(1, 60)] + [answer(n, (n % 61) << 12) for n in range(10_001, 10_400)]
    made = [*rows.feed(posts(*scattered)), *rows.finish()]
    found = []
    for held in (1 << 30, 20_000):
        with Threads(held) as threads:
            for post in made:
                threads.add(post)
            found.append(list(threads.groups()))
    assert found[0] == found[1] and sum(map(len, found[0])) == len(made)
    assert [group[0].thread for group in found[0]] == sorted({post.thread for post in made})


def test_a_row_over_the_limit_is_a_status_and_the_next_is_read(piece) -> None:
    content = posts(question(1), question(2, body="x" * 300_000), question(3))
    made = records(piece, content, "Posts.xml", max_bytes=100_000)
    assert [record.status for record in made] == ["ok", "ok", "too_large"] and [r.offset for r in made[:2]] == [1, 3]


def test_no_entity_is_ever_expanded(piece) -> None:
    bomb = b'<!DOCTYPE posts [<!ENTITY a "' + b"ha" * 500 + b'"><!ENTITY f SYSTEM "file:///etc/passwd">]><posts>\n'
    content = bomb + question(1).replace("asked", "&a;&f;").encode() + b"\n" + question(2).encode() + b"</posts>"
    assert [r.status for r in records(piece, content, "Posts.xml")] == ["ok", "broken_row"]


def test_broken_archives_keep_what_was_read_before_the_break(piece) -> None:
    content = dump(*(question(n, body=f"<p>{n * 7919 % 10007}</p>") for n in range(1, 3000)))
    cut = records(piece, content[: len(content) // 2])
    assert [record.status for record in cut] == ["broken_7z"]  # its table of contents stands at the end
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 255
    made = records(piece, bytes(flipped))
    assert made[-1].status == "broken_7z" and 0 < len(made) < 3000


@pytest.mark.parametrize("seed", range(60))
def test_no_flipped_byte_crashes(piece, seed) -> None:
    content = bytearray(dump(question(1), answer(2, 1)))
    header = int.from_bytes(content[12:20], "little") + 32
    at = header + seed * 7919 % (len(content) - header) if seed % 2 else seed * 104729 % len(content)
    content[at] ^= 1 << seed % 8
    assert all(isinstance(record.status, str) for record in records(piece, bytes(content)))


def test_a_bomb_is_stopped(piece, monkeypatch) -> None:
    monkeypatch.setattr("curate.sources.archives.sevenzip._SLACK", 1 << 20)
    monkeypatch.setattr("curate.sources.archives.sevenzip.MAX_RATIO", 10)
    content = archive({"Posts.xml": b"<posts>" + b" " * (8 << 20) + question(1).encode()})
    assert [record.status for record in records(piece, content)] == ["decompression_bomb"]


@pytest.mark.parametrize("stated", [1, 1 << 33, 1 << 62, (1 << 63) + 5])
def test_a_size_that_is_no_members_size_takes_no_memory(piece, stated) -> None:
    content = with_stated_size(posts(*(question(n) for n in range(1, 500))), stated)
    made = records(piece, content)
    assert made[-1].status in ("broken_7z", "truncated", "no_posts") and len(made) <= 500


def test_an_archive_in_an_archive_is_not_opened(piece) -> None:
    [record] = records(piece, archive({"Posts.xml": dump(question(1)), "site.7z": dump(question(2))}))
    assert record.status == "no_posts"


def test_encrypted_archives_and_rare_methods_say_so(piece) -> None:
    import py7zr

    locked = archive({"Posts.xml": posts(question(1))}, password="secret")
    assert [record.status for record in records(piece, locked)] == ["encrypted"]
    rare = archive({"Posts.xml": posts(question(1))}, [{"id": py7zr.FILTER_BROTLI, "level": 3}])
    assert [record.status for record in records(piece, rare)] == ["unsupported_compression"]


def test_the_name_of_a_member_is_no_path(piece, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("py7zr.py7zr.check_archive_path", lambda name: True)
    before = sorted(tmp_path.parent.rglob("*"))
    made = records(piece, archive({"../../Posts.xml": posts(question(1))}))
    assert len(made) == 1
    left = set(tmp_path.parent.rglob("*")) - set(before)
    assert {path.name for path in left} <= {f"{SITE}.7z"}


def test_every_question_of_the_development_data_is_a_record(data) -> None:
    for path in sorted((data / "stackexchange").glob("*.7z")):
        piece = Piece("stackexchange", 0, "forum", str(path), path.name, 0, -1, 0)
        made = list(stackexchange.read(piece, Options({})))
        assert {record.status for record in made} <= {"ok", "other_post"}
        assert all(a.offset < b.offset for a, b in itertools.pairwise(made))


@given(st.integers(2, 5), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=1, max_size=25))
def test_parts_of_a_dump_are_the_whole(tmp_path_factory, parts: int, made: list[tuple[int, int]]) -> None:
    rows = []
    for number, (bucket, kind) in enumerate(made):
        thread = (bucket << 16) + number % 3
        odd = row(PostTypeId=1, Id=thread, CreationDate="2014-01-21", Body="odd")
        broken = f'  <row Id="{thread}" PostTypeId="1" Id="{thread}" />'
        rows.append([question(thread), answer(700_000 + number, thread), odd, broken, "<row x", broken * 2][kind])
    path = tmp_path_factory.mktemp("parts") / "Posts.xml"
    path.write_bytes(posts(*rows))

    def of(start: int, end: int):
        piece = Piece("stackexchange", 0, "forum", str(path), "Posts.xml", start, end, 0)
        return list(stackexchange.read(piece, Options({})))

    whole, found = of(0, -1), [record for part in range(parts) for record in of(part, parts)]
    assert sorted(map(repr, found)) == sorted(map(repr, whole))


def test_large_dumps_are_cut_into_few_parts_and_small_ones_are_not() -> None:
    target, packed = 64_000_000, archive({"Posts.xml": posts()})
    assert stackexchange.cuts("", 500_000_000, packed, target) == [(0, -1, 500_000_000)]
    assert stackexchange.cuts("", 20_000_000_000, packed, target)[-1] == (7, 8, 2_500_000_000)
    assert len(stackexchange.cuts("", 100_000_000_000, posts(question(1)), target)) == 64


def test_a_sample_of_one_site_is_a_choice_of_questions(piece) -> None:
    content = dump(*(question(n) for n in range(1, 400)))
    kept = [record.offset for record in records(piece, content, sample=0.25)]
    assert 60 < len(kept) < 140 and set(kept) <= {record.offset for record in records(piece, content, sample=0.5)}

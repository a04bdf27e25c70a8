import bz2
import gzip
import tarfile
from pathlib import Path

from benchmarks.records_counted import records
from curate.recipe import of_inputs
from curate.sources import find, read

RECORD = b"WARC/1.0\r\nWARC-Type: %b\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"


def of(kind: bytes, body: bytes) -> bytes:
    return RECORD % (kind, len(body), body)


def test_a_record_within_the_length_of_another_is_none(tmp_path):
    inner = of(b"response", b"x")
    path = tmp_path / "a.warc"
    path.write_bytes(of(b"warcinfo", inner) + of(b"response", b"y") + of(b"request", b"z") + of(b"conversion", b""))
    assert records(path, "warc") == 2


def test_gzip_members_count_as_far_as_they_go(tmp_path):
    path = tmp_path / "a.warc.gz"
    whole = b"".join(gzip.compress(of(b"response", b"body" * 1000)) for _ in range(3))
    path.write_bytes(whole[:-20])
    assert records(path, "warc") == 3


def test_blank_lines_are_no_rows_and_a_text_is_one(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "a"}\n\n  \n{"text": "b"}')
    assert records(path, "jsonl") == 2
    assert records(path, "text") == 1


def test_a_record_that_a_wrong_length_swallowed_is_one(tmp_path):
    path = tmp_path / "a.warc"
    first = RECORD % (b"warcinfo", 150, b"short")
    path.write_bytes(first + of(b"response", b"y" * 300) + of(b"conversion", b"z"))
    assert records(path, "warc") == 2


def test_rows_of_a_wiki_are_revisions_and_of_a_forum_posts_that_are_no_answers(tmp_path):
    wiki = tmp_path / "wiki.xml.bz2"
    wiki.write_bytes(bz2.compress(b"<mediawiki><page><revision>a</revision><revision>b</revision></page></mediawiki>"))
    assert records(wiki, "wikipedia") == 2
    posts = tmp_path / "Posts.xml"
    rows = ('1" PostTypeId="1', '2" PostTypeId="2" ParentId="1', '3" PostTypeId="5', '4" PostTypeId="2" ParentId="9')
    posts.write_text("<posts>" + "\n".join(f'<row Id="{row}" />' for row in rows) + "</posts>")
    assert records(posts, "stackexchange") == 3


def test_members_of_an_archive_count_but_not_its_folders(tmp_path):
    path = tmp_path / "a.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        for name, kind in (("a", tarfile.DIRTYPE), ("a/b.py", tarfile.REGTYPE), ("a/c.py", tarfile.SYMTYPE)):
            member = tarfile.TarInfo(name)
            member.type = kind
            packed.addfile(member)
    assert records(path, "code") == 2


def test_every_file_of_the_development_data_is_read_whole_or_has_a_reason(data):
    pieces, unread = find(of_inputs([str(data)]))
    counts = [(p.path, len(list(read(p, bodies=False))), records(Path(p.url), p.source)) for p in pieces]
    files = {path for path in data.rglob("*") if path.is_file()}
    assert [found for found in counts if found[1] != found[2]] == []
    assert len(files) == len({piece.url for piece in pieces}) + len(unread)
    assert all(reason == "hidden file" or reason.startswith("unknown kind: ") for _, reason in unread)

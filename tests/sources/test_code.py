"""Archives and folders of source code: what becomes a record, in which order, under which licence."""

import bz2
import io
import lzma
import os
import struct
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from curate.recipe import Recipe
from curate.sources import Piece, Record, find, read
from curate.sources import code as module
from tests.sources.archives import MIT, tar, written, zipped

REPOSITORY = {
    "kites-0a1b2c3/src/b.py": "B = 2\n",
    "kites-0a1b2c3/LICENSE": MIT,
    "kites-0a1b2c3/README.md": "# Kites\n",
    "kites-0a1b2c3/src/a.py": "# SPDX-License-Identifier: Apache-2.0\nA = 1\n",
}
IN_ORDER = ["README.md", "LICENSE", "src/a.py", "src/b.py"]


def records(url: str, **options) -> list[Record]:
    size = os.path.getsize(url) if os.path.isfile(url) else 1 << 20
    piece = Piece("code", 0, "code", url, os.path.basename(url), 0, -1, size)
    return [record for _, record in read(piece, **options)]


def by_name(found: list[Record]) -> dict[str, Record]:
    return {(record.member or "").removeprefix("kites-0a1b2c3/"): record for record in found}


@pytest.mark.parametrize("pack", [bytes, lambda b: tar(REPOSITORY, ".gz"), bz2.compress, lzma.compress,
                                  zstandard.compress, lambda b: zipped(REPOSITORY)])  # fmt: skip
def test_every_archive_gives_the_same_files_in_the_same_order(tmp_path: Path, pack):
    found = records(written(tmp_path, "a.tar", pack(tar(REPOSITORY))))
    assert list(by_name(found)) == IN_ORDER
    assert [record.body.decode() for record in found] == [REPOSITORY[record.member] for record in found]
    assert [record.offset for record in found] == [2, 1, 3, 0]
    assert {record.status for record in found} == {"ok"}


def test_the_order_of_an_archive_changes_nothing_but_offsets(tmp_path: Path):
    turned = dict(reversed(REPOSITORY.items()))
    a, b = (records(written(tmp_path, name, tar(m))) for name, m in [("a.tar", REPOSITORY), ("b.tar", turned)])
    assert [(r.member, r.body, r.license) for r in a] == [(r.member, r.body, r.license) for r in b]


def test_rows_are_the_same_without_bodies(tmp_path: Path):
    url = written(tmp_path, "a.tar", tar({**REPOSITORY, "kites-0a1b2c3/x.png": b"\x89PNG\0\0"}, links=("l",)))
    for record in (whole := records(url)):
        record.body = None
    assert records(url, bodies=False) == whole


def test_a_file_has_its_own_licence_or_that_of_the_nearest_folder(tmp_path: Path):
    vendored = {"vendor/x/package.json": '{"license": "ISC"}', "vendor/x/lib/i.js": "1;\n"}
    found = by_name(records(written(tmp_path, "a.tar", tar({**REPOSITORY, **vendored}))))
    assert found["src/a.py"].license == "Apache-2.0"
    assert found["src/b.py"].license == "MIT"
    assert found["vendor/x/lib/i.js"].license == "ISC"
    assert found["vendor/x/lib/i.js"].status == "ok"


def test_a_licence_that_is_not_asked_for_is_a_row_with_that_status(tmp_path: Path):
    url = written(tmp_path, "a.tar", tar({**REPOSITORY, "other/x.py": "1\n"}))
    found = by_name(records(url, settings={"licenses": ["Apache-2.0"]}))
    assert {name: record.status for name, record in found.items()} == {
        "README.md": "license", "LICENSE": "license", "src/a.py": "ok", "src/b.py": "license", "other/x.py": "license"
    }  # fmt: skip
    assert found["src/b.py"].body is None


def test_what_is_no_text_says_why(tmp_path: Path):
    members = {
        "a/x.png": b"\x89PNG\r\n\0\0", "a/big.txt": "x" * 3000, "a/model.bin": "version https://git-lfs.github.com/spec/v1\n",
        "a/twice.py": "1\n",
    }  # fmt: skip
    content = tar(members).rstrip(b"\0")
    content += b"\0" * (-len(content) % 512)
    url = written(tmp_path, "a.tar", content + tar({"a/twice.py": "2\n"}, links=("a/link",)))
    found = records(url, max_bytes=2000)
    assert sorted((record.member, record.status) for record in found if record.status != "ok") == [
        ("a/big.txt", "too_large"), ("a/link", "link"), ("a/model.bin", "lfs_pointer"), ("a/twice.py", "replaced"),
        ("a/x.png", "binary"),
    ]  # fmt: skip
    assert [record.body for record in found if record.status == "ok"] == [b"2\n"]


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "a\nb", "C:\\x.py", "a/\udcff.py", "x" * 5000])
def test_a_name_is_only_a_name(tmp_path: Path, name: str):
    before = sorted(tmp_path.rglob("*"))
    found = records(written(tmp_path, "a.tar", tar({name: "1\n"})))
    assert [record.status for record in found] == ["ok"]
    assert found[0].member.encode()  # Arrow can hold it
    assert sorted(tmp_path.rglob("*")) == [*before, tmp_path / "a.tar"]


def test_an_address_is_made_of_what_is_stated_and_not_guessed(tmp_path: Path):
    commit = "0a1b2c3" + "4" * 33
    plain, stated = tar(REPOSITORY), tar(REPOSITORY, pax={"comment": commit})
    urls = {
        name: by_name(records(written(tmp_path, name, content)))["src/a.py"].url
        for name, content in [
            ("kites.tar", plain), ("ann__kites.tar", stated), ("ann__kites@0a1b2c3.tar", stated),
            ("ann__kites@9999999.tar", stated), ("ann__kites.zip", zipped(REPOSITORY, comment=commit.encode())),
        ]
    }  # fmt: skip
    site = "https://github.com/ann/kites/blob/"
    assert urls == {
        "kites.tar": None,
        "ann__kites.tar": f"{site}{commit}/src/a.py",
        "ann__kites@0a1b2c3.tar": f"{site}{commit}/src/a.py",
        "ann__kites@9999999.tar": f"{site}9999999/src/a.py",  # the name is what the user says
        "ann__kites.zip": f"{site}{commit}/src/a.py",
    }


def test_a_truncated_archive_gives_what_came_before_and_says_so(tmp_path: Path):
    content = tar(REPOSITORY, ".gz")
    found = records(written(tmp_path, "a.tar.gz", content[: len(content) - 30]))
    assert (found[-1].status == "truncated" and found[-1].member is None) or "truncated" in [r.status for r in found]
    assert "ok" in [record.status for record in found]


def test_a_bomb_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "IN_MEMORY", 1 << 16)
    many = {f"a/{n}.txt": "x" * 50_000 for n in range(40)}
    url = written(tmp_path, "a.tar.gz", tar(many, ".gz"))
    monkeypatch.setattr(module, "MOST_RATIO", 10)
    found = records(url)
    assert found[-1].status == "too_large" and found[-1].member is None
    assert 1 < len(found) < 40


def test_a_remark_that_is_no_text_costs_nothing(tmp_path: Path):
    content = tar(REPOSITORY, pax={"comment": "0" * 40}).replace(b"comment=0", b"comment=\x95")
    assert list(by_name(records(written(tmp_path, "a.tar", content)))) == IN_ORDER


def test_an_extended_header_of_any_stated_size_takes_no_memory(tmp_path: Path):
    header = bytearray(tar({"x": ""})[:512])
    header[124:136], header[156:157] = b"77777777777\0", b"x"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    found = records(written(tmp_path, "a.tar", bytes(header) + b"\0" * 2048))
    assert [record.status for record in found] == ["broken_tar"]


def test_damaged_members_of_a_zip_cost_themselves_alone(tmp_path: Path):
    content = bytearray(zipped({"a.py": "A = 1\n" * 50, "b.py": "B = 2\n"}))
    content[40:44] = b"\xff\xff\xff\xff"
    struct.pack_into("<H", content, content.rfind(b"PK\1\2") + 8, 1)  # the last one is said to be encrypted
    found = records(written(tmp_path, "a.zip", bytes(content)))
    assert [(record.member, record.status) for record in found] == [("a.py", "broken_zip"), ("b.py", "encrypted")]


@given(st.data())
def test_mutated_archives_never_raise_and_are_read_alike_twice(data: st.DataObject):
    import tempfile

    base = data.draw(st.sampled_from([tar(REPOSITORY), tar(REPOSITORY, ".gz"), zipped(REPOSITORY)]))
    content = bytearray(base)
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(base) - 1), st.integers(0, 255)), max_size=12)):
        content[at] = byte
    cut = data.draw(st.integers(0, len(base)))
    with tempfile.TemporaryDirectory() as folder:
        url = written(Path(folder), "a.tar", bytes(content[:cut]))
        found = records(url)
        assert [(r.offset, r.status, r.member) for r in found] == [(r.offset, r.status, r.member) for r in records(url)]
        assert len({record.offset for record in found}) == len(found)


def test_archives_are_recognised_in_a_folder_and_other_tars_are_not(tmp_path: Path):
    written(tmp_path, "a.tar.gz", tar(REPOSITORY, ".gz"))
    written(tmp_path, "b.zip", zipped(REPOSITORY))
    written(tmp_path, "photos.tar", tar({"2001/beach.jpeg": b"\xff\xd8\xff"}))
    pieces, unknown = find(Recipe(name="t", sources=[{"paths": [str(tmp_path)]}]))
    assert [(piece.path, piece.source, piece.group) for piece in pieces] == [
        ("a.tar.gz", "code", "code"), ("b.zip", "code", "code")
    ]  # fmt: skip
    assert [path for path, _ in unknown] == ["photos.tar"]


def test_a_repository_that_begins_with_its_long_history_of_changes_is_one():
    head = tar({"urllib3-1/CHANGES.rst": b"one more change\n" * 8_000, "urllib3-1/a.py": b"pass\n"})[: 1 << 16]
    assert module.recognise("urllib3.tar", head) and not module.recognise("news.tar", tar({"a/news-2014": b"x"}))


def test_folders_of_code_are_repositories_and_their_files_keep_their_identity(tmp_path: Path):
    in_kites = ("README.md", "src/a.py", ".git/config", "sub/.git")
    for name in (*(f"ann/kites/{inner}" for inner in in_kites), "bob/x/y.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text\n")
    (tmp_path / "ann/kites/sub/inner.py").write_text("1\n")
    (tmp_path / "ann/kites/link").symlink_to("/etc/passwd")
    written(tmp_path, "c.tar.gz", tar(REPOSITORY, ".gz"))
    recipe = Recipe(name="t", sources=[{"kind": "code", "paths": [str(tmp_path)]}])
    pieces, unknown = find(recipe)
    assert [piece.path for piece in pieces] == ["ann/kites", "ann/kites/sub", "bob/x", "c.tar.gz"] and not unknown
    before = [record for _, record in read(pieces[0])]
    assert [(r.member, r.status) for r in before] == [("README.md", "ok"), ("link", "link"), ("src/a.py", "ok")]
    (tmp_path / "ann/kites/added.py").write_text("2\n")
    after = {r.member: r.offset for _, r in read(pieces[0])}
    assert {r.member: r.offset for r in before}.items() <= after.items() and "added.py" in after


def test_the_files_of_a_repository_are_one_piece_of_a_sample(tmp_path: Path):
    for n in range(40):
        written(tmp_path, f"r{n}.tar", tar(REPOSITORY))
    pieces, _ = find(Recipe(name="t", sources=[{"paths": [str(tmp_path)], "sample": 0.5}]))
    assert 8 < len(pieces) < 32
    assert [len(list(read(piece, sample=0.5))) for piece in pieces] == [4] * len(pieces)


def test_a_damaged_header_of_a_tar_costs_its_member_alone(tmp_path: Path):
    content = bytearray(tar(REPOSITORY))
    content[content.index(b"kites-0a1b2c3/LICENSE") + 124] = 0xFF
    found = records(written(tmp_path, "a.tar", bytes(content)))
    assert [r.member for r in found if r.status == "ok"] == [
        f"kites-0a1b2c3/{name}" for name in IN_ORDER if name != "LICENSE"
    ]
    assert [(r.offset, r.status) for r in found if r.status != "ok"] == [(1, "broken_tar")]


def test_a_bomb_in_a_member_that_nobody_asks_for_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "IN_MEMORY", 1 << 16)
    monkeypatch.setattr(module, "MOST_RATIO", 1)
    url = written(tmp_path, "a.tar.gz", tar({"a/a.py": "1\n", "a/x.bin": bytes(40 << 20), "a/b.py": "2\n"}, ".gz"))
    found = [(r.member, r.status) for r in records(url)]
    assert found == [("a/a.py", "ok"), ("a/x.bin", "too_large"), (None, "too_large")]


def test_names_count_against_the_limit_of_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "IN_MEMORY", 1 << 18)
    monkeypatch.setattr(module, "MOST_RATIO", 1)
    named = {f"a/{letter * 100_000}.py": "1\n" for letter in "bcdefgh"}
    found = records(written(tmp_path, "a.tar.gz", tar({"a/a.py": "1\n", **named}, ".gz")))
    assert [r.status for r in found] == ["ok", "ok", "ok", "too_large"]


def test_a_disk_that_fails_is_no_broken_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 4:
                raise OSError(5, "Input/output error")
            return super().read(size)

    url = written(tmp_path, "a.zip", zipped(REPOSITORY))
    monkeypatch.setattr("curate.storage.open_read", lambda url: Failing(Path(url).read_bytes()))
    with pytest.raises(OSError, match="Input/output"):
        records(url)


def test_a_folder_whose_name_is_no_utf_8_is_read_like_any_other(tmp_path: Path):
    folder = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    os.makedirs(os.path.join(folder, b"src"))
    with open(os.path.join(folder, b"src", b"a.py"), "wb") as file:
        file.write(b"1\n")
    pieces, _ = find(Recipe(name="t", sources=[{"kind": "code", "paths": [str(tmp_path)]}]))
    found = [record for piece in pieces for _, record in read(piece)]
    assert [(r.member, r.status) for r in found] == [("a.py", "ok")]


def test_a_pattern_finds_the_same_repositories_as_the_folder(tmp_path: Path):
    for name in ("ann/kites/README.md", "ann/kites/src/a.py", "bob/x/y.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text\n")
    found = [
        find(Recipe(name="t", sources=[{"kind": "code", "paths": [path]}])) for path in (str(tmp_path), f"{tmp_path}/*")
    ]
    assert found[0] == found[1] and [piece.path for piece in found[0][0]] == ["ann/kites", "bob/x"]


def test_a_file_of_a_folder_that_the_disk_fails_to_read_is_not_passed_over(tmp_path: Path, monkeypatch):
    for name in ("README.md", "a.py"):
        (tmp_path / name).write_text("1\n")
    [piece], _ = find(Recipe(name="t", sources=[{"kind": "code", "paths": [str(tmp_path)]}]))

    def opened(url: str):
        raise OSError(5, "Input/output error") if url.endswith("a.py") else PermissionError(13, "Permission denied")

    monkeypatch.setattr("curate.storage.open_read", opened)
    with pytest.raises(OSError, match="Input/output"):
        list(read(piece))
    os.remove(tmp_path / "a.py")
    assert [record.status for _, record in read(piece)] == ["unreadable"]


def test_broken_stretches_of_a_tar_count_as_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_MEMBERS", 20)
    header = tar({"a.py": ""})[:512]
    found = records(written(tmp_path, "a.tar", (header + b"\xff" * 512) * 100))
    assert len(found) == 21 and found[-1].status == "too_large"

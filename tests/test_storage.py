"""Storage: files appear whole or not at all, and errors say what could not be opened."""

import errno
import os
from pathlib import Path

import fsspec
import pytest

from curate import storage


def test_put_creates_the_folders_and_moves_the_file(tmp_path: Path) -> None:
    source = tmp_path / "scratch"
    source.write_bytes(b"new")
    target = tmp_path / "a" / "b" / "file"
    storage.put(source, str(target))
    assert target.read_bytes() == b"new" and not source.exists()
    assert storage.list_files(str(tmp_path)) == [str(target)]


def test_put_replaces_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "new").write_bytes(b"new")
    storage.put(tmp_path / "new", str(tmp_path / "old"))
    assert storage.read_bytes(str(tmp_path / "old")) == b"new"


def test_put_across_file_systems_leaves_no_part_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new").write_bytes(b"new")
    real, refused = storage.os.replace, []

    def replace(a: str, b: str) -> None:
        if not refused:
            refused.append(a)
            raise OSError(storage.errno.EXDEV, "other device")
        real(a, b)

    monkeypatch.setattr(storage.os, "replace", replace)
    storage.put(tmp_path / "new", str(tmp_path / "there"))
    assert [p.name for p in tmp_path.iterdir()] == ["there"]


def test_files_are_listed_in_sorted_order_with_hidden_ones(tmp_path: Path) -> None:
    for name in ("b/2", "b/10", "a", ".hidden/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = storage.list_files(str(tmp_path))
    assert [str(Path(f).relative_to(tmp_path)) for f in found] == [".hidden/x", "a", "b/10", "b/2"]


def test_remote_files_are_read_written_and_listed() -> None:
    fs = fsspec.filesystem("memory")
    fs.pipe("/bucket/b.txt", b"beta")
    fs.pipe("/bucket/deep/a.txt", b"alpha")
    assert storage.list_files("memory://bucket") == ["memory://bucket/b.txt", "memory://bucket/deep/a.txt"]
    assert storage.exists("memory://bucket/b.txt") and not storage.exists("memory://bucket/c.txt")
    assert storage.is_folder("memory://bucket") and storage.size("memory://bucket/b.txt") == 4
    with storage.open_read("memory://bucket/deep/a.txt") as stream:
        stream.seek(2)
        assert stream.read() == b"pha"
    assert storage.join("memory://bucket", "x", "y") == "memory://bucket/x/y"


def test_put_uploads_to_remote_storage(tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"new")
    storage.put(tmp_path / "new", "memory://bucket/put/new")
    assert storage.read_bytes("memory://bucket/put/new") == b"new" and not (tmp_path / "new").exists()


@pytest.mark.parametrize("url", ["memory://nowhere/file", "nosuchprotocol://x/y"])
def test_an_error_is_one_line_that_names_the_url(url: str) -> None:
    with pytest.raises((OSError, ValueError)) as caught:
        storage.open_read(url)
    assert url in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_name_that_is_not_utf8_has_a_url_that_arrow_can_hold(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 %20.txt")
    with open(path, "w") as file:
        file.write("x")
    url = storage.utf8(path)
    assert url.encode().startswith(b"file://")
    assert storage.read_bytes(url) == b"x"
    assert storage.utf8("/plain/a b%20.txt") == "/plain/a b%20.txt"


def test_pipes_are_special_and_files_and_folders_are_not(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("x")
    assert [storage.is_special(str(tmp_path / name)) for name in ("pipe", "file", "", "gone")] == [
        True,
        False,
        False,
        False,
    ]


def test_each_of_fsspec_s_names_for_this_machine_is_a_local_path():
    assert storage.local_path("local:///a/b c") == "/a/b c" == storage.local_path("file:///a/b%20c")
    assert storage.local_path("s3://a/b") is None


def test_what_could_not_be_written_whole_leaves_no_part(tmp_path, monkeypatch):
    (tmp_path / "there").write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        storage.write_bytes(b"new", str(tmp_path / "there"))
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert (tmp_path / "there").read_bytes() == b"old"

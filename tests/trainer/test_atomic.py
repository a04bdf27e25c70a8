"""A file is whole or as it was, and nothing is left beside it."""

import os
from pathlib import Path

import pytest

from trainer import atomic


def test_it_takes_the_place_of_what_was_there(tmp_path):
    for text in ("before", "after, in UTF-8: ü 中\n"):
        atomic.write(tmp_path / "file", text)
        assert (tmp_path / "file").read_bytes() == text.encode()
    assert os.listdir(tmp_path) == ["file"]


def test_a_full_disk_leaves_the_old_one_and_nothing_beside_it(tmp_path, monkeypatch):
    atomic.write(tmp_path / "file", "before")

    def full(path, text, encoding):
        path.write_bytes(text.encode(encoding)[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        atomic.write(tmp_path / "file", "after")
    assert os.listdir(tmp_path) == ["file"] and (tmp_path / "file").read_bytes() == b"before"


def test_a_place_where_no_file_can_be_is_the_only_thing_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError) as told:
        atomic.write(tmp_path / "file" / "below", "text")
    assert told.value.__context__ is None

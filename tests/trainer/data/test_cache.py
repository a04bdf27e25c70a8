"""The local cache of remote ranges: what is damaged is fetched again, and it keeps within its limit."""

import errno
import os
from pathlib import Path

import pytest

from trainer.data import cache as module
from trainer.data.cache import PART, RangeCache, sweep
from trainer.errors import TrainingError, TrainingStopped


class Store:
    def __init__(self) -> None:
        self.fetched = 0

    def fetch(self) -> bytes:
        self.fetched += 1
        return b"0123456789" * 10


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_range_is_fetched_once_and_another_rank_finds_it(tmp_path):
    store = Store()
    for cache in (RangeCache(str(tmp_path), 10**6), RangeCache(str(tmp_path), 10**6)):
        assert cache.get("s3://b/x", "tag", 5, 105, store.fetch) == b"0123456789" * 10
    assert store.fetched == 1 and not [path for path in files(tmp_path) if PART in path.name]


def test_a_changed_file_and_another_range_are_fetched(tmp_path):
    cache, store = RangeCache(str(tmp_path), 10**6), Store()
    for asked in (("s3://b/x", "tag", 5, 105), ("s3://b/x", "new", 5, 105), ("s3://b/x", "tag", 6, 106)):
        cache.get(*asked, store.fetch)
    assert store.fetched == 3


@pytest.mark.parametrize("spoil", [lambda held: held[:-1], lambda held: b"x" + held[1:], lambda held: b""])
def test_what_a_crash_left_half_is_fetched_again(tmp_path, spoil):
    cache, store = RangeCache(str(tmp_path), 10**6), Store()
    cache.get("s3://b/x", "tag", 0, 100, store.fetch)
    (path,) = files(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    assert cache.get("s3://b/x", "tag", 0, 100, store.fetch) == store.fetch()
    assert store.fetched == 3
    assert cache.get("s3://b/x", "tag", 0, 100, store.fetch) and store.fetched == 3


def test_what_was_used_longest_ago_goes_first(tmp_path):
    for at in range(10):
        (tmp_path / str(at)).write_bytes(bytes(100))
        os.utime(tmp_path / str(at), (at, at))
    os.utime(tmp_path / "0", (99, 99))
    sweep(str(tmp_path), 350)
    assert [path.name for path in files(tmp_path)] == ["0", "8", "9"]


def test_it_keeps_within_its_limit(tmp_path):
    cache, store, most = RangeCache(str(tmp_path), 3000), Store(), 0
    for at in range(200):
        cache.get("s3://b/x", "tag", at, at + 100, store.fetch)
        most = max(most, sum(path.stat().st_size for path in files(tmp_path)))
    assert 2000 < most <= 3000 * 17 // 16
    assert store.fetched == 200


def test_a_file_that_cannot_be_fetched_leaves_nothing(tmp_path):
    def fails() -> bytes:
        raise OSError("s3://b/x: gone")

    with pytest.raises(OSError, match="gone"):
        RangeCache(str(tmp_path), 1000).get("s3://b/x", "tag", 0, 1, fails)
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_made_or_written_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    with pytest.raises(
        TrainingError, match=r"^cache: .*file/below cannot be made \(Not a directory\); name one that may"
    ):
        RangeCache(str(tmp_path / "file" / "below"), 1000)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module.os, "replace", full)
    with pytest.raises(
        TrainingStopped, match=r"cannot be written \(No space left on device\); make room, or lower cache"
    ):
        RangeCache(str(tmp_path / "cache"), 10**6).get("s3://b/x", "tag", 0, 100, Store().fetch)
    assert files(tmp_path / "cache") == []

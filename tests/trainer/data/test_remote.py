"""Shards in an object store: the same batches as from a disk, through a cache that ranks share.

The store is a stand-in that speaks S3 on 127.0.0.1.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.object_store import bucket
from tests.trainer.data.made import LENGTH, corpus
from tests.trainer.data.test_loader import digest, recipe_of
from trainer.data import storage
from trainer.data.documents import uids_of
from trainer.data.loader import Loader
from trainer.data.shards import open_corpora
from trainer.errors import TrainingError, TrainingStopped

ROOT = "s3://shards/made"
PART = f"{ROOT}/tokens/sequence={LENGTH}/category=web/part-00000.parquet"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = corpus(tmp_path_factory.mktemp("made"), {"web": [[40, 30], [20]], "math": [[10]]})
    text = folder / "text" / "category=web" / "part-00000.parquet"
    text.parent.mkdir(parents=True)
    pq.write_table(pa.table({"id": pa.array([1, 2], pa.int64()), "uid": pa.array([11, 12], pa.uint64())}), text)
    return folder


@pytest.fixture(scope="module")
def store(made: Path) -> Iterator[Any]:
    """The corpus in a bucket, whose address is in the environment."""
    with bucket("shards") as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "PAUSE", 0.0)
        store.put(str(made) + "/", "shards/made/", recursive=True)
        yield store


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """URLs of the ranges that were asked of the store."""
    asked, read = [], storage.read

    def counted(url: str, start: int | None = None, end: int | None = None) -> bytes:
        asked.append(url)
        return read(url, start, end)

    monkeypatch.setattr(storage, "read", counted)
    return asked


def batches(folder: Any, cache: Path, rank: int = 0, world: int = 1) -> list[str]:
    with Loader(recipe_of(folder, cache=str(cache)), rank, world) as loader:
        return [digest([loader.batch(step)]) for step in range(30)]


def test_batches_are_those_of_the_local_corpus_and_ranks_share_what_was_fetched(store, made, tmp_path, fetched):
    assert batches(ROOT, tmp_path / "cache") == batches(made, tmp_path / "none")
    assert not (tmp_path / "none").exists()
    assert [url for url in fetched if url.startswith("s3://") and url.endswith(".parquet")]
    fetched.clear()
    other = [batches(ROOT, tmp_path / "cache", rank, 2) for rank in (0, 1)]
    assert other == [batches(made, tmp_path / "none", rank, 2) for rank in (0, 1)]
    assert not [url for url in fetched if url.startswith("s3://") and url.endswith(".parquet")]


def test_a_shard_that_changes_in_the_store_is_not_taken_from_the_cache(store, made, tmp_path):
    before = batches(ROOT, tmp_path)
    url = f"{ROOT}/tokens/sequence={LENGTH}/category=math/part-00000.parquet"
    kept = storage.read(url)
    other = corpus(tmp_path / "other", {"math": [[9]]})
    store.put_file(str(next(other.rglob("*.parquet"))), url)
    try:
        assert open_corpora({"c": ROOT}, LENGTH, str(tmp_path)).rows["c/math"] == 9
    finally:
        store.pipe_file(url, kept)
    assert batches(ROOT, tmp_path) == before


def test_a_shard_that_is_gone_or_cut_is_named(store, tmp_path):
    shards = open_corpora({"c": ROOT}, LENGTH, str(tmp_path / "cache"))
    kept = storage.read(PART)
    loader = Loader(recipe_of(Path("x"), cache=str(tmp_path / "fresh")).model_copy(update={"corpora": {"c": ROOT}}))
    store.rm(PART)
    try:
        with (
            loader,
            pytest.raises(TrainingStopped, match=r"category=web/part-00000\.parquet: row group \d cannot be re"),
        ):
            [loader.batch(step) for step in range(10)]
        store.pipe_file(PART, kept[:-30])
        with pytest.raises(TrainingError, match=r"category=web/part-00000\.parquet: is cut short"):
            open_corpora({"c": ROOT}, LENGTH, str(tmp_path / "cache"))
    finally:
        store.pipe_file(PART, kept)
    assert open_corpora({"c": ROOT}, LENGTH, str(tmp_path / "cache")).rows == shards.rows


def test_what_is_no_corpus_in_a_store_is_told(store, tmp_path):
    with pytest.raises(TrainingError, match=r"corpora\.c: s3://shards/none: there is no such folder"):
        open_corpora({"c": "s3://shards/none"}, LENGTH, str(tmp_path))
    with pytest.raises(TrainingError, match=r"corpora\.c: .* has no rows of 64 tokens \(32 are there\)"):
        open_corpora({"c": ROOT}, 64, str(tmp_path))


def test_documents_are_named_from_the_store(store):
    assert uids_of({"c": ROOT}, [2, 7]) == {2: 12}


class Flaky:
    """A file system of which every other read fails."""

    def __init__(self, fs: Any) -> None:
        self.fs, self.calls = fs, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.fs, name)

    def cat_file(self, *args: Any, **kwargs: Any) -> bytes:
        self.calls += 1
        if self.calls % 2:
            raise TimeoutError("read timed out")
        return self.fs.cat_file(*args, **kwargs)


def test_a_store_that_fails_now_and_then_is_asked_again(store, tmp_path, monkeypatch):
    flaky, real = Flaky(store), storage._filesystem
    monkeypatch.setattr(storage, "_filesystem", lambda url: (flaky, real(url)[1]))
    assert open_corpora({"c": ROOT}, LENGTH, str(tmp_path)).rows == {"c/math": 10, "c/web": 90}
    assert flaky.calls > 4
    monkeypatch.setattr(storage, "TRIES", 1)
    flaky.calls = 0
    said = r"s3://shards/made/tokens/vocabulary\.json: TimeoutError: read timed out; see that it is there"
    with pytest.raises(TrainingError, match=said):
        open_corpora({"c": ROOT}, LENGTH, str(tmp_path / "fresh"))

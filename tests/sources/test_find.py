"""From paths to pieces: what is named must be readable, what lies around is reported, order does not matter."""

import bz2
import gzip
import io
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from curate.sources import find, read, recognise
from tests.sources.warcs import members, response


def recipe(*paths: object, target: int = 1 << 28, **stated) -> SimpleNamespace:
    source = {"kind": None, "label": None, "group": None, "sample": None, "fields": {}} | stated
    return SimpleNamespace(
        sources=[SimpleNamespace(paths=[str(p) for p in paths], **source)], shards=SimpleNamespace(target=target)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    warc = response("http://a.example/", b"x")
    wet = response("http://a.example/", b"x", kind="conversion")
    files = {
        "a.warc.gz": members(warc),
        "b.txt": warc,
        "c.warc.wet.gz": members(response("", b"x", kind="warcinfo"), wet),
        "deep/d.jsonl": b'{"text": "x"}\n',
        "deep/e.txt": gzip.compress(b'{"text": "x"}\n{"text": "y"}'),
        "f.py": b"import os\n",
        "g.rst": b"Title\n=====\n",
        "h.png": b"\x89PNG\r\n\x1a\n\0\0\0",
        "i.tar.gz": gzip.compress(b"name" + bytes(600)),
        "j.json": b'{\n  "pretty": 1\n}\n',
        "k.txt": b"",
        ".git/config": b"x",
    }
    for name, content in files.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(content)
    pq.write_table(pa.table({"text": ["x"]}), tmp_path / "in" / "l.bin")
    return tmp_path / "in"


def test_kinds_are_told_by_content_and_everything_else_is_reported(folder: Path) -> None:
    pieces, unknown = find(recipe(folder))
    assert [(p.path, p.source, p.group) for p in pieces] == [
        ("a.warc.gz", "warc", "web"),
        ("b.txt", "warc", "web"),
        ("c.warc.wet.gz", "wet", "web"),
        ("deep/d.jsonl", "jsonl", "web"),
        ("deep/e.txt", "jsonl", "web"),
        ("f.py", "text", "code"),
        ("g.rst", "text", "books"),
        ("j.json", "text", "code"),
        ("l.bin", "parquet", "web"),
    ]
    assert unknown == [
        (".git/config", "hidden file"),
        ("h.png", "unknown kind: picture"),
        ("i.tar.gz", "unknown kind"),
        ("k.txt", "empty file"),
    ]


def test_the_order_of_paths_and_naming_a_file_twice_change_nothing(folder: Path) -> None:
    paths = [folder / "f.py", folder / "deep", folder / "a.warc.gz"]
    assert find(recipe(*paths)) == find(recipe(*reversed(paths), folder / "deep"))


def test_label_and_group_of_the_recipe_stand(folder: Path) -> None:
    [piece], _ = find(recipe(folder / "f.py", label="mine", group="papers"))
    assert (piece.path, piece.group) == ("mine/f.py", "papers")


def test_globs_are_relative_to_their_last_plain_folder(folder: Path) -> None:
    assert [p.path for p in find(recipe(f"{folder}/deep/*"))[0]] == ["d.jsonl", "e.txt"]
    assert [p.path for p in find(recipe(f"{folder}/**/*.jsonl"))[0]] == ["deep/d.jsonl"]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for name in ("one/same/a.txt", "two/same/a.txt", "two/b.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"text")
    pieces, _ = find(recipe(tmp_path / "one/same/a.txt", tmp_path / "two/same", tmp_path / "two/b.txt"))
    assert [p.path for p in pieces] == ["b.txt", "one/same/a.txt", "two/same/a.txt"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "no such file"),
        ("nowhere/*.txt", "no file matches"),
        ("empty", "folder is empty"),
        ("pictures", "holds no file of a known kind"),
        ("pictures/a.png", "holds no file of a known kind"),
    ],
)
def test_a_wrong_path_is_one_sentence_that_names_it(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    with pytest.raises(ValueError, match=words) as caught:
        find(recipe(tmp_path / name))
    assert str(tmp_path / name) in str(caught.value) and "\n" not in str(caught.value)


def test_two_sources_with_one_file_name_ask_for_a_label(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_bytes(b"text")
    both = recipe(tmp_path / "one")
    both.sources += recipe(tmp_path / "two").sources
    with pytest.raises(ValueError, match="label"):
        find(both)


@pytest.mark.parametrize("target", [1, 37, 1000, 10_000])
def test_cut_files_hold_every_record_once(tmp_path: Path, target: int) -> None:
    texts = [f"text {n}" * (n % 7 + 1) for n in range(60)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": texts}), sink, row_group_size=7)
    (tmp_path / "b.parquet").write_bytes(sink.getvalue())
    pieces, _ = find(recipe(tmp_path, target=target))
    assert [record.body for piece in pieces for _, record in read(piece)] == texts + texts
    assert sum(p.bytes for p in pieces if p.source == "jsonl") == (tmp_path / "a.jsonl").stat().st_size


def test_a_dangling_link_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text")
    (tmp_path / "b.txt").symlink_to(tmp_path / "nowhere")
    assert find(recipe(tmp_path))[1] == [("b.txt", "cannot be read")]


def test_a_sample_of_text_files_is_a_choice_of_files(tmp_path: Path) -> None:
    for n in range(200):
        (tmp_path / f"{n}.txt").write_bytes(b"text")
    some = [p.path for p in find(recipe(tmp_path, sample=0.2))[0]]
    more = [p.path for p in find(recipe(tmp_path, sample=0.5))[0]]
    assert set(some) < set(more) and 20 < len(some) < 60 and 70 < len(more) < 130


def test_remote_folders_are_found_and_read() -> None:
    import fsspec

    fsspec.filesystem("memory").pipe("/found/a.jsonl", b'{"text": "remote"}\n')
    [piece], _ = find(recipe("memory://found"))
    assert piece.path == "a.jsonl" and [r.body for _, r in read(piece)] == ["remote"]


@pytest.mark.parametrize("head", [b"", b"\0", b"filedesc://x.arc", b"\x1f\x8b\x08", b"\x1f\x8b\x08" + bytes(50)])
def test_what_cannot_be_read_has_no_kind(head: bytes) -> None:
    assert recognise("file", head) is None


@pytest.mark.parametrize("pack", [zstandard.compress, bz2.compress])
def test_a_file_whose_first_compressed_block_is_large_is_recognised(pack, tmp_path: Path) -> None:
    """One of 64 KB and more: nothing of it can be decompressed before it is there as a whole."""
    letters = np.random.default_rng(0).integers(33, 91, 1_200_000, np.uint8)
    lines = [json.dumps({"text": line}) for line in letters.tobytes().decode().split("A")]
    (tmp_path / "hard.jsonl.packed").write_bytes(pack("\n".join(lines).encode()))
    pieces, unknown = find(recipe(tmp_path))
    assert [piece.source for piece in pieces] == ["jsonl"] and unknown == []


def test_a_store_that_fails_is_no_file_that_cannot_be_read(tmp_path: Path, monkeypatch):
    from curate.storage import StorageError

    (tmp_path / "a.txt").write_text("text")

    def failing(url: str):
        raise StorageError(f"{url}: TimeoutError: no answer")

    monkeypatch.setattr("curate.storage.open_read", failing)
    with pytest.raises(StorageError, match="no answer"):
        find(recipe(tmp_path))

"""Corpora as an ablation sees them: rows by stream, a digest of their content, and a part of so many unique tokens.

The part is what the axis of repetition needs: rows chosen by hash from every category alike, written as a corpus of its
own, so that the trainer reads it as any other. A smaller part lies inside a larger one.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from trainer import atomic
from trainer.data import storage
from trainer.data.shards import open_corpora

FOOTER = 1 << 16  # bytes at the end of a shard, where Parquet keeps its statistics and offsets
SPLIT = ("tokens.list.element", "starts.list.element", "ids.list.element", "offsets.list.element")


def rows(corpora: Mapping[str, str], length: int) -> dict[str, int]:
    """Rows by `corpus/category`."""
    return open_corpora(corpora, length).rows


def digest(folder: str, length: int) -> str:
    """Of the shards' content: the manifest's where there is one, else of names, sizes and footers."""
    root = folder.rstrip("/")
    above = root.removesuffix("/tokens")
    for place in (root, above):
        if storage.exists(f"{place}/manifest.json"):
            return f"{json.loads(storage.read(f'{place}/manifest.json'))['root']}/{length}"
    total = hashlib.sha256()
    for name, size, _ in storage.files(tokens_of(root)):
        total.update(f"{name}\n{size}\n".encode())
        total.update(storage.read(f"{tokens_of(root)}/{name}", -FOOTER))
    return f"{total.hexdigest()}/{length}"


def files(folder: str, length: int) -> list[str]:
    """The shards of one length, in order."""
    root = f"{tokens_of(folder)}/sequence={length}"
    return [f"{root}/{name}" for name, _, _ in storage.files(root) if name.endswith(".parquet")]


def tokens_of(folder: str) -> str:
    root = folder.rstrip("/")
    return root if root.endswith("/tokens") else f"{root}/tokens"


def some_tokens(corpora: Mapping[str, str], length: int, most: int) -> Iterator[np.ndarray]:
    """int32[] of rows, padding left out: about `most` tokens, rows chosen by hash from all alike."""
    share = most / max(1, sum(rows(corpora, length).values()) * length)
    met = 0
    for folder in corpora.values():
        for url in files(folder, length):
            for batch in pq.ParquetFile(io.BytesIO(storage.read(url))).iter_batches(columns=["tokens", "length"]):
                flat = batch["tokens"].flatten().to_numpy().reshape(-1, length)
                numbers = range(met, met + len(flat))
                met += len(flat)
                chosen = np.array([xxhash.xxh3_64_intdigest(b"%d" % number) < share * 2**64 for number in numbers])
                yield flat[chosen][np.arange(length)[None] < batch["length"].to_numpy()[chosen][:, None]]


def part(corpora: Mapping[str, str], length: int, unique: int, folder: Path) -> dict[str, str]:
    """The corpora with about `unique` tokens in all, below `folder`; they themselves where they have no more."""
    total = sum(rows(corpora, length).values())
    share = unique / (total * length)
    if share >= 1:
        return dict(corpora)
    made = {}
    for name, source in corpora.items():
        made[name] = str(folder / name)
        if not (folder / name / "part.json").exists():
            _write_part(name, source, length, share, folder / name)
    return made


def _write_part(name: str, source: str, length: int, share: float, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    root = tokens_of(source)
    for category, urls in _by_category(files(source, length)).items():
        table = pa.concat_tables([pq.read_table(io.BytesIO(storage.read(url))) for url in urls])
        hashes = np.array([xxhash.xxh3_64_intdigest(f"{category}/{row}".encode()) for row in range(len(table))])
        chosen = np.sort(np.argsort(hashes, kind="stable")[: max(1, round(share * len(table)))])
        file_ = folder / "tokens" / f"sequence={length}" / f"category={category}" / "part-00000.parquet"
        file_.parent.mkdir(parents=True)
        encoding = dict.fromkeys([*SPLIT, "bytes.list.element", "length"], "BYTE_STREAM_SPLIT")
        pq.write_table(
            table.take(pa.array(chosen)), file_, compression="zstd", use_dictionary=False, column_encoding=encoding,
            row_group_size=max(1, (1 << 21) // length),
        )  # fmt: skip
    for beside in storage.names(root):
        if not beside.startswith("sequence="):
            (folder / "tokens" / beside).write_bytes(storage.read(f"{root}/{beside}"))
    atomic.write(folder / "part.json", json.dumps({"of": name, "share": share}) + "\n")


def _by_category(urls: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for url in urls:
        found.setdefault(url.rsplit("/", 2)[-2].removeprefix("category="), []).append(url)
    return found


def short(text: str) -> str:
    return xxhash.xxh3_64_hexdigest(text.encode())[:10]

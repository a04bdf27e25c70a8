"""Token shards by their contract, row by row: each row's first tokens say which row it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tokens import tokens as contract
from tests.trainer import made_vocabulary

SIZE, END, PADDING, BASE = 260, 258, 259, 256
LENGTH = 32

Files = Sequence[Sequence[int]]  # of each file, the rows of its row groups


def corpus(folder: Path, categories: Mapping[str, Files], length: int = LENGTH, pattern: str = ".") -> Path:
    """A run's folder with `tokens/`; rows of a category are numbered from 0 in the order of files."""
    root = folder / "tokens"
    digest = vocabulary(root, pattern)
    for category, files in categories.items():
        number = 0
        for part, groups in enumerate(files):
            url = root / f"sequence={length}" / f"category={category}" / f"part-{part:05d}.parquet"
            number = shard(url, groups, number, length, digest)
    return folder


def shard(
    url: Path,
    groups: Sequence[int],
    number: int,
    length: int,
    digest: str,
    schema: pa.Schema | None = None,
    said: Mapping[str, object] | None = None,
    changed: Mapping[str, object] | None = None,
) -> int:
    """One file; `said` replaces what its metadata says, `changed` what each row does."""
    url.parent.mkdir(parents=True, exist_ok=True)
    about = {"vocabulary": digest, "end_of_text": END, "padding": PADDING, "length": length, **(said or {})}
    schema = (schema or contract(length).schema).with_metadata({name: str(value) for name, value in about.items()})
    split = dict.fromkeys(("tokens.list.element", "starts.list.element"), "BYTE_STREAM_SPLIT")
    with pq.ParquetWriter(url, schema, compression="zstd", use_dictionary=False, column_encoding=split) as writer:
        for rows in groups:
            listed = [{**row(number + at, length), **(changed or {})} for at in range(rows)]
            writer.write_table(pa.Table.from_pylist(listed, schema))
            number += rows
    return number


def row(number: int, length: int) -> dict[str, Any]:
    """Every seventh row is padded; pieces begin where a draw by the row's number says."""
    drawn = np.random.default_rng(number)
    used = int(drawn.integers(length // 2, length)) if number % 7 == 6 else length
    starts = [0, *sorted(set(drawn.integers(1, used, drawn.integers(0, 4)).tolist()))]
    tokens = [number % BASE, number // BASE % BASE, *drawn.integers(0, BASE, length - 2).tolist()]
    tokens[used:] = [PADDING] * (length - used)
    ids = [number * 8 + at for at in range(len(starts))]
    sizes = [end - start for start, end in zip(starts, [*starts[1:], used], strict=True)]
    return {
        "tokens": tokens, "length": used, "starts": starts, "ids": ids, "offsets": [0] * len(ids), "bytes": sizes,
    }  # fmt: skip


def plain(url: Path, tokens: np.ndarray, pieces: int, group: int, digest: str) -> None:
    """A large file at once, encoded as `pack` does: full rows of `tokens` [rows, length], in pieces of equal size."""
    rows, length = tokens.shape
    begins = np.arange(pieces, dtype=np.int32) * (length // pieces)
    ends = pa.array(np.arange(rows + 1, dtype=np.int32) * pieces)
    ids = np.arange(rows * pieces)
    columns = [
        pa.FixedSizeListArray.from_arrays(pa.array(tokens.reshape(-1)), length),
        pa.array(np.full(rows, length, np.int32)),
        *(pa.ListArray.from_arrays(ends, pa.array(x)) for x in (np.tile(begins, rows), ids, ids.astype(np.int32) * 0)),
        pa.ListArray.from_arrays(ends, pa.array(np.full(rows * pieces, 4 * length // pieces, np.int32))),
    ]
    about = {"vocabulary": digest, "end_of_text": str(END), "padding": str(PADDING), "length": str(length)}
    schema = contract(length).schema.with_metadata(about)
    made = pa.Table.from_arrays([c.cast(f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
    url.parent.mkdir(parents=True, exist_ok=True)
    split = [f"{name}.list.element" for name in ("tokens", "starts", "ids", "offsets", "bytes")]
    pq.write_table(
        made, url, row_group_size=group, compression="zstd", compression_level=3, use_dictionary=False,
        column_encoding=dict.fromkeys([*split, "length"], "BYTE_STREAM_SPLIT"), write_statistics=["length"],
    )  # fmt: skip


def vocabulary(root: Path, pattern: str = ".", size: int = SIZE) -> str:
    return made_vocabulary.write(root, b"the ranks", END, PADDING, size, pattern)


def numbers(tokens: Any) -> list[int]:
    """Which rows these are."""
    return (tokens[:, 0] + BASE * tokens[:, 1]).tolist()

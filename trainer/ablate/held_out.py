"""Held-out text and the bits that a model needs for it, document by document.

The folder is what `curate.holdout.write` makes: token shards as a corpus's and `documents.parquet`. Bits are of every
token that is predicted, a document's end-of-text included, over the UTF-8 bytes of its text, so that vocabularies and
models can be compared. The first token of a document, and of each row that continues one, has nothing before it: it
is not predicted and costs nothing, the same for all arms. A pass costs about a third of training on as many tokens.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trainer.errors import TrainingError

if TYPE_CHECKING:
    from trainer.model import Llama

TOKENS_AT_ONCE = 8192
KEPT_BY = "kept by "


@dataclass(frozen=True)
class HeldOut:
    """Of each document `sizes` in bytes, keys, categories, and for each corpus whether its rules would keep it."""

    folder: Path
    vocabulary: str  # digest
    length: int
    sizes: np.ndarray  # int64[documents]
    keys: np.ndarray  # object[documents]
    categories: np.ndarray  # object[documents]
    kept_by: dict[str, np.ndarray]  # corpus -> bool[documents]
    rows: pa.Table

    @property
    def documents(self) -> int:
        return len(self.sizes)

    @property
    def card(self) -> dict[str, object]:
        """How it was made."""
        file = self.folder / "held-out.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}

    def groups(self) -> dict[str, np.ndarray]:
        """name -> bool[documents]: all, each category, and where a corpus's rules would part them, both sides."""
        found = {"all": np.ones(self.documents, bool)}
        found |= {name: self.categories == name for name in sorted(set(self.categories.tolist()))}
        for name, kept in self.kept_by.items():
            if 0 < kept.sum() < self.documents:
                found |= {f"that rules of {name} keep": kept, f"that rules of {name} remove": ~kept}
        return found

    def texts(self) -> list[bytes]:
        column = pq.read_table(self.folder / "documents.parquet", columns=["text"])["text"]
        return [text.encode() for text in column.to_pylist()]


def read(folder: str | Path, length: int) -> HeldOut:
    """TrainingError names what is missing."""
    folder = Path(folder)
    shards = sorted((folder / "tokens" / f"sequence={length}").glob("category=*/*.parquet"))
    if not shards or not (folder / "documents.parquet").exists():
        raise TrainingError(
            f"{folder}: holds no held-out text in rows of {length} tokens (documents.parquet and "
            f"tokens/sequence={length}/); let `curate ablate` write it"
        )
    tables = [pq.read_table(shard, partitioning=None) for shard in shards]
    about = pq.read_table(folder / "documents.parquet").drop_columns(["text"])
    if not np.array_equal(about["id"].to_numpy(), np.arange(len(about))):
        raise TrainingError(f"{folder}/documents.parquet: ids are not 0, 1, 2 ...; remove the folder, it is made anew")
    kept = {n.removeprefix(KEPT_BY): about[n].to_numpy() for n in about.column_names if n.startswith(KEPT_BY)}
    return HeldOut(
        folder, tables[0].schema.metadata[b"vocabulary"].decode(), length, about["bytes"].to_numpy(),
        _objects(about["key"]), _objects(about["category"]), kept, pa.concat_tables(tables),
    )  # fmt: skip


def bits(model: Llama, held: HeldOut) -> np.ndarray:
    """float64[documents]: bits that the model needs for each, on the device where it is."""
    import torch

    device = next(model.parameters()).device
    total = np.zeros(held.documents)
    at_once = max(1, TOKENS_AT_ONCE // held.length)
    model.set_longest(max(model.longest, held.length))
    with torch.no_grad():
        for at in range(0, held.rows.num_rows, at_once):
            tokens, starts, owners = _batch(held.rows.slice(at, at_once), held.length)
            weights = owners[:, 1:] == owners[:, :-1]
            weights &= (starts[:, 1:] == starts[:, :-1]) & (owners[:, 1:] >= 0)
            targets = np.zeros_like(tokens)
            targets[:, :-1] = tokens[:, 1:]
            used = np.zeros(tokens.shape, np.float32)
            used[:, :-1] = weights
            given = [torch.from_numpy(x).to(device) for x in (tokens, starts, targets, used)]
            _, nll = model(given[0], given[1], targets=given[2], weights=given[3])
            cost = nll.double().cpu().numpy() * used
            total += np.bincount(np.maximum(owners, 0).ravel(), cost.ravel(), held.documents)
    return total / math.log(2)


def _batch(rows: pa.Table, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """tokens int64, starts int32 and document (-1 for padding) int64, each [rows, length]."""
    tokens = rows["tokens"].combine_chunks().flatten().to_numpy().reshape(-1, length).astype(np.int64)
    starts = np.empty(tokens.shape, np.int32)
    owners = np.full(tokens.shape, -1, np.int64)
    columns = (rows[name].to_pylist() for name in ("starts", "ids", "length"))
    for row, (begins, ids, used) in enumerate(zip(*columns, strict=True)):
        starts[row, used:] = np.arange(used, length)
        for begin, end, id in zip(begins, [*begins[1:], used], ids, strict=True):
            starts[row, begin:end], owners[row, begin:end] = begin, id
    return tokens, starts, owners


def _objects(column: pa.ChunkedArray) -> np.ndarray:
    return np.array(column.to_pylist(), dtype=object)

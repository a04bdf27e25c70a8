"""Synthetic documents with planted near duplicates, laid down as the phases before `near_duplicates` would.

    write(folder, documents, largest) -> Planted

Cluster r has `largest`/r members, down to 2 (Zipf's law of ranks); the rest are singletons. A document is a set of 64
words, one a place: a member keeps each word of its cluster's centre with a probability of its own, 1 - u^2/5 for an
even u, and has words of nobody else in the other places. With single words as shingles the Jaccard index of two
members is known: c/(128-c), c being the number of places that both kept, so a 64-bit mask a member is the whole truth,
and J spreads from 0.4 to 1. About one member in four keeps all words: exact copies of the centre.

Members have texts, and their sketches are those of their texts. Singletons have random sketches and no text: nothing
but an accident would compare them. Dates are random, so the policy's order is not that of places.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import yaml

from curate.dedup.sketches import sketch_texts
from curate.recipe import load
from pipelines.context import Context
from pipelines.output import ParquetFile, ShardOutput, put_text, write_table
from schemas import DOCUMENTS, SHARDS, SKETCHES, Counts, Manifest, make_ids

WORDS, VALUES, SEED = 64, 112, 1
A_SHARD, A_GROUP = 500_000, 10_000  # documents
PHASES = ("shards", "urls", "extract", "measure", "filter")
LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)


@dataclass
class Planted:
    """The members of all clusters, by id: ids int64[m], cluster int64[m], kept places uint64[m]."""

    ids: np.ndarray
    cluster: np.ndarray
    masks: np.ndarray
    documents: int


def write(folder: Path, documents: int, largest: int, seed: int = 0, **near: object) -> Planted:
    """Everything that the phase reads, under `folder`; `near` are settings of the recipe's near_duplicates."""
    drawn = np.random.default_rng(seed)
    sizes = largest // np.arange(1, largest // 2 + 1)
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    places = np.sort(drawn.choice(documents, len(cluster), replace=False))
    cluster = drawn.permutation(cluster)
    masks = _masks(drawn, len(cluster))
    _recipe(folder, near)
    context = context_of(folder)
    numbers = range(-(-documents // A_SHARD))
    shard_table(context, len(numbers))
    for shard in numbers:
        low, high = np.searchsorted(places, [shard * A_SHARD, (shard + 1) * A_SHARD])
        rows = min(A_SHARD, documents - shard * A_SHARD)
        _shard(context, shard, rows, places[low:high] - shard * A_SHARD, cluster[low:high], masks[low:high], low, seed)
    manifest = Manifest("filter", 1, "planted", counts=Counts(documents_in=documents, documents_kept=documents))
    put_text(manifest.to_json(), f"{context.folder('filter')}/manifest.json")
    return Planted(make_ids(0, 0) + (places // A_SHARD << 32) + places % A_SHARD, cluster, masks, documents)


def context_of(folder: Path, slots: int = 2) -> Context:
    """The context in which `near_duplicates` runs on what was written."""
    keys = tuple((phase, "planted") for phase in (*PHASES, "near_duplicates"))
    return Context(str(folder), load(str(folder / "recipe.yaml")), keys, "near_duplicates", slots)


def _recipe(folder: Path, near: dict[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "planted.jsonl").touch()
    settings = {"base": None, "name": "planted", "sources": [{"paths": ["planted.jsonl"], "group": "web"}]}
    settings |= {"measure": {"ngram": 1, "seed": SEED}, "near_duplicates": {"keep": ["newest"], **near}}
    (folder / "recipe.yaml").write_text(yaml.safe_dump(settings))


def _masks(drawn: np.random.Generator, count: int) -> np.ndarray:
    kept = [
        np.packbits(drawn.random((len(part), WORDS), np.float32) < _keeping(drawn, len(part)), axis=1)
        for part in np.array_split(np.empty(count, bool), count // 100_000 + 1)
    ]
    return np.concatenate(kept).reshape(-1).view("<u8")


def _keeping(drawn: np.random.Generator, count: int) -> np.ndarray:
    """float32[count, 1]: the probability of each member to keep a word; half are above 0.95."""
    return 1 - 0.2 * drawn.random((count, 1), np.float32) ** 2


def shard_table(context: Context, count: int) -> None:
    """Shards of one group, without files behind them."""
    fixed = {"source": "jsonl", "source_index": 0, "group": "web", "start": 0, "end": -1, "piece": 0, "bytes": 1}
    rows = [{**fixed, "shard": n, "url": f"{n}.jsonl", "path": f"{n}.jsonl"} for n in range(count)]
    write_table(pa.Table.from_pylist(rows, SHARDS.schema), context.path("shards", 0, "shards"))


def _shard(
    context: Context,
    shard: int,
    rows: int,
    members: np.ndarray,
    cluster: np.ndarray,
    masks: np.ndarray,
    first: int,
    seed: int,
) -> None:
    drawn = np.random.default_rng([seed, shard + 1])
    texts = _texts(cluster, masks, first)
    sketches = drawn.integers(0, 1 << 32, (rows, VALUES), np.uint32)
    sketches[members] = sketch_texts(texts, 1, VALUES, SEED)[0]
    dates = drawn.integers(1_300_000_000, 1_700_000_000, rows)
    measured = context.with_phase("measure", "planted")
    with ShardOutput(measured, shard) as out:
        file = out.parquet("sketches", SKETCHES.schema)
        for at in range(0, rows, A_GROUP):
            file.write(_sketches(np.arange(at, min(at + A_GROUP, rows)), sketches[at : at + A_GROUP]))
    with ShardOutput(context.with_phase("extract", "planted"), shard) as out:
        _documents(out.parquet("documents", DOCUMENTS.schema), shard, members, texts, dates)
    with ShardOutput(context.with_phase("filter", "planted"), shard) as out:
        out.counts.documents_in = out.counts.documents_kept = rows


def _texts(cluster: np.ndarray, masks: np.ndarray, first: int) -> pa.StringArray:
    """The words of members number `first` and after, eight letters each."""
    kept = np.unpackbits(masks.view(np.uint8).reshape(-1, 8), axis=1).view(bool)
    owner = np.where(kept, cluster[:, None], (1 << 40) + first + np.arange(len(cluster))[:, None])
    names = mixed(owner.astype(np.uint64) * np.uint64(WORDS) + np.arange(WORDS, dtype=np.uint64))
    content = np.full((*names.shape, 9), ord(" "), np.uint8)
    for letter in range(8):
        content[:, :, letter] = LETTERS[(names >> np.uint64(5 * letter + 24) & np.uint64(31)).astype(np.int64)]
    offsets = np.arange(len(cluster) + 1, dtype=np.int32) * (9 * WORDS)
    return pa.StringArray.from_buffers(len(cluster), pa.py_buffer(offsets), pa.py_buffer(content))


def mixed(x: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    x = (x ^ x >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ x >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return x ^ x >> np.uint64(31)


def _sketches(rows: np.ndarray, sketches: np.ndarray) -> pa.RecordBatch:
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * (4 * VALUES)
    column = pa.Array.from_buffers(pa.binary(), len(rows), [None, pa.py_buffer(offsets), pa.py_buffer(sketches)])
    return pa.record_batch([pa.array(rows), column], schema=SKETCHES.schema)


def _documents(file: ParquetFile, shard: int, members: np.ndarray, texts: pa.StringArray, dates: np.ndarray) -> None:
    said = {"path": f"{shard}.jsonl", "source": "jsonl", "group": "web", "status": "ok", "language": "en"}
    said |= {"language_score": 1.0, "rights": []}
    for at in range(0, len(dates), A_GROUP):
        rows = np.arange(at, min(at + A_GROUP, len(dates)))
        low, high = np.searchsorted(members, [at, at + A_GROUP])
        text = np.full(len(rows), -1)
        text[members[low:high] - at] = np.arange(low, high)
        own = {"row": rows, "record_offset": rows, "uid": mixed(rows.astype(np.uint64) + np.uint64(shard << 32))}
        own |= {"text": texts.take(pa.array(text, pa.int64(), mask=text < 0)).fill_null("")}
        own |= {"date": dates[rows], "chars": np.where(text < 0, 0, 9 * WORDS)}
        file.write(pa.table([_column(f, own, said, len(rows)) for f in DOCUMENTS.schema], DOCUMENTS.schema))


def _column(field: pa.Field, own: dict, said: dict, count: int) -> pa.Array:
    if field.name in own:
        values = own[field.name]
        return values if isinstance(values, pa.Array) else pa.array(values).cast(field.type)
    return pa.repeat(pa.scalar(said.get(field.name), field.type), count)



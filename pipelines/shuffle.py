"""Packed shuffles: arrays of small integers, cut by key into partitions, reduced, and laid down by destination.

    emit(context, shard, [])            -> (partition, packed records)        one task a shard
    reduce(context, partition, values)  -> (destination, packed records)      all records of a key are in one partition
    and the records of a destination (mostly a shard) are written as one file a pass.

FnApiRunner keeps a shuffle in memory, so the local engine makes it in passes over the partitions, each within the
context's budget; tasks emit only what the pass wants. The number of partitions and passes depends on the input alone,
and every reducer and every reader sorts totally, so neither shows in the result.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from curate import storage
from curate.storage import exists, join, read_bytes
from pipelines import flow
from pipelines.context import Context
from pipelines.output import put_bytes, put_text
from pipelines.runners import Engine

PARTITION_BYTES = 32 << 20
MOST_PARTITIONS = 1 << 14
MIX = np.uint64(0x9E3779B97F4A7C15)


def shuffle(
    context: Context,
    engine: Engine,
    step: str,
    shards: Sequence[int],
    emit: str,
    reduce: str,
    *,
    total_bytes: int,
    destinations: int | None = None,
) -> None:
    """Run one packed shuffle of about `total_bytes`, unless it stands. With `destinations` given, a partition is one
    of that many destinations (a shard, a bucket range) and not a range of hashes."""
    marker = _marker(context, step)
    if exists(marker):
        return
    wanted = -(-total_bytes // PARTITION_BYTES)
    partitions = destinations or min(MOST_PARTITIONS, 1 << max(0, int(wanted - 1).bit_length()))
    passes = min(partitions, max(1, -(-total_bytes // context.budget))) if engine.name == "local" else 1
    for number in range(passes):
        at = replace(context, step=step, pass_number=number, passes=passes, partitions=partitions)
        flow.run(at, engine, [(shard, b"") for shard in shards], emit, reduce, "pipelines.shuffle:write_part")
    put_text(json.dumps({"passes": passes}), marker)


def by_hash(context: Context, hashes: np.ndarray, records: np.ndarray) -> Iterator[flow.Element]:
    """Cut records (structured[n]) by hash (uint64[n]) into the partitions of this pass."""
    bits = max(0, context.partitions.bit_length() - 1)
    place = (hashes * MIX) >> np.uint64(64 - bits) if bits else np.zeros(len(hashes), np.uint64)
    yield from by_place(context, place.astype(np.int64), records)


def by_place(context: Context, places: np.ndarray, records: np.ndarray) -> Iterator[flow.Element]:
    """Cut records by place (int64[n], the partition itself) into the partitions of this pass."""
    if context.passes > 1:
        mine = places % context.passes == context.pass_number
        places, records = places[mine], records[mine]
    yield from by_destination(places, records)


def by_destination(places: np.ndarray, records: np.ndarray) -> Iterator[flow.Element]:
    """Cut records by destination (int64[n])."""
    if not len(places):
        return
    order = np.argsort(places, kind="stable")
    places, records = places[order], records[order]
    starts = np.flatnonzero(np.r_[True, places[1:] != places[:-1]])
    for start, end in zip(starts, np.r_[starts[1:], len(places)], strict=True):
        yield int(places[start]), records[start:end].tobytes()


def joined(values: Sequence[bytes], dtype: np.dtype) -> np.ndarray:
    """All records of a key, totally sorted by their (scalar) fields in order."""
    scalars = [name for name in dtype.names or () if not dtype[name].shape]
    return np.sort(np.frombuffer(b"".join(values), dtype), order=scalars)


def write_part(context: Context, destination: int, values: list[bytes]) -> Iterator[flow.Element]:
    """Last stage: the records of a destination in this pass."""
    put_bytes(b"".join(sorted(values)), _part(context, context.step, destination, context.pass_number))
    yield from ()


def read(context: Context, step: str, destination: int, dtype: np.dtype) -> np.ndarray:
    """The records that a finished shuffle laid down for `destination`, totally sorted."""
    return joined(read_parts(context, step, destination), dtype)


def size(context: Context, step: str, destination: int) -> int:
    """Bytes that a finished shuffle laid down for `destination`."""
    return sum(storage.size(path) for path in _parts(context, step, destination))


def read_parts(context: Context, step: str, destination: int) -> list[bytes]:
    return [read_bytes(path) for path in _parts(context, step, destination)]


def _parts(context: Context, step: str, destination: int) -> list[str]:
    marker = _marker(context, step)
    if not exists(marker):
        return []
    paths = [_part(context, step, destination, n) for n in range(json.loads(read_bytes(marker))["passes"])]
    return [path for path in paths if exists(path)]


def _part(context: Context, step: str, destination: int, number: int) -> str:
    return join(context.folder(), step, f"{destination:05d}-{number:03d}.bin")


def _marker(context: Context, step: str) -> str:
    return join(context.folder(), step, "done.json")

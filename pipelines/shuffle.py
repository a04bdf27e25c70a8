"""Packed shuffles: arrays of small integers, cut by key into partitions, reduced, and laid down by destination.

    emit(context, shard, [])            -> (partition, packed records)        one task a shard
    reduce(context, partition, values)  -> (destination, packed records)      all records of a key are in one partition;
                                                                              `values` can be read once
    and what was reduced for a destination (mostly a shard) is there to be read.

On the local engine records travel through files (spill.py), so memory holds one partition; on a portable one they go
through Beam's GroupByKey. The number of partitions depends on the input alone, and every reducer and every reader
sorts totally, so neither the engine nor the order of anything shows in the result.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from curate import storage
from curate.storage import exists, join, read_bytes
from pipelines import flow, spill
from pipelines.context import Context
from pipelines.output import put_bytes, put_text
from pipelines.runners import Engine
from pipelines.undone import largest_first

PARTITION_BYTES = 32 << 20
MOST_PARTITIONS = 1 << 14
PIECE_BYTES = 32 << 20
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
    buckets: int = 1,
) -> None:
    """Run one packed shuffle of about `total_bytes`, unless it stands; keys are partitions, or (bucket, partition)."""
    marker = _marker(context, step)
    if exists(marker):
        return
    shards = largest_first(context, shards)
    at = replace(context, step=step, partitions=partitions(total_bytes // buckets))
    if engine.name == "local":
        shuffled = spill.run(at, engine, shards, emit, reduce)
    else:
        flow.run(at, engine, [(shard, b"") for shard in shards], emit, reduce, "pipelines.shuffle:write_part")
        shuffled = total_bytes
    put_text(json.dumps({"spilled": engine.name == "local", "bytes": shuffled}), marker)
    spill.forget_emitted(at)


def partitions(total_bytes: int) -> int:
    """Partitions of a shuffle: a power of two, so that a hash is cut by its first bits."""
    wanted = max(1, -(-total_bytes // PARTITION_BYTES))
    return min(MOST_PARTITIONS, 1 << int(wanted - 1).bit_length())


def by_hash(context: Context, hashes: np.ndarray, records: np.ndarray) -> Iterator[flow.Element]:
    """Cut records (structured[n]) by hash (uint64[n]) into the context's partitions."""
    yield from by_place(partition_of(context, hashes), records)


def partition_of(context: Context, hashes: np.ndarray) -> np.ndarray:
    """int64[n]: the partition of each hash (uint64[n])."""
    bits = max(0, context.partitions.bit_length() - 1)
    return ((hashes * MIX) >> np.uint64(64 - bits)).astype(np.int64) if bits else np.zeros(len(hashes), np.int64)


def by_place(places: np.ndarray, records: np.ndarray) -> Iterator[flow.Element]:
    """Cut records by partition or destination (int64[n])."""
    if not len(places):
        return
    small = places.min() >= 0 and places.max() < 1 << 16  # then the sort is by radix, eight times as fast
    order = np.argsort(places.astype(np.uint16) if small else places, kind="stable")
    places, records = places[order], records[order]
    starts = np.flatnonzero(np.r_[True, places[1:] != places[:-1]])
    for start, end in zip(starts, np.r_[starts[1:], len(places)], strict=True):
        yield int(places[start]), records[start:end].tobytes()


def joined(values: Iterable[bytes], dtype: np.dtype) -> np.ndarray:
    """All records of a key, totally sorted by their (scalar) fields in order."""
    return in_order(np.frombuffer(b"".join(values), dtype))


def in_order(records: np.ndarray) -> np.ndarray:
    """Records totally sorted by their scalar fields in order."""
    kind = records.dtype
    scalars = [records[name] for name in kind.names or () if not kind[name].shape]
    return records[np.lexsort(scalars[::-1])]  # ten times as fast as np.sort on records


def write_part(context: Context, destination: int, values: list[bytes]) -> Iterator[flow.Element]:
    """Last stage on a portable engine: what was reduced for a destination, in one file."""
    put_bytes(b"".join(sorted(values)), _part(context, context.step, destination))
    yield from ()


def distinct(records: np.ndarray) -> np.ndarray:
    """Sorted records of scalar fields, each once."""
    new = np.zeros(len(records), bool)
    new[:1] = True
    for name in records.dtype.names or ():
        new[1:] |= records[name][1:] != records[name][:-1]
    return records[new]


def read(context: Context, step: str, destination: int, dtype: np.dtype) -> np.ndarray:
    """The records that a finished shuffle laid down for `destination`, totally sorted."""
    return joined(_reduced(context, step, destination, dtype), dtype)


def pieces(context: Context, step: str, destination: int, dtype: np.dtype) -> Iterator[np.ndarray]:
    """The same in no order, some PIECE_BYTES at a time: for destinations that may have any number of records."""
    held: list[bytes] = []
    size = 0
    for part in _reduced(context, step, destination, dtype):
        held.append(part)
        size += len(part)
        if size >= PIECE_BYTES:
            yield np.frombuffer(b"".join(held), dtype)
            held, size = [], 0
    if held:
        yield np.frombuffer(b"".join(held), dtype)


def size(context: Context, step: str, destination: int) -> int:
    """Bytes that a finished shuffle laid down for `destination`."""
    if _spilled(context, step):
        return spill.size(context, step, destination)
    path = _part(context, step, destination)
    return storage.size(path) if exists(path) else 0


def sizes(context: Context, step: str, destinations: Sequence[int]) -> list[int]:
    """`size` of many, with one look."""
    if _spilled(context, step):
        return spill.sizes(context, step, destinations)
    return [size(context, step, destination) for destination in destinations]


def _reduced(context: Context, step: str, destination: int, dtype: np.dtype) -> Iterator[bytes]:
    """Whole records, of whatever number."""
    if not exists(_marker(context, step)):
        return
    if _spilled(context, step):
        yield from spill.values(context, step, "reduce", destination)
        return
    path, most = _part(context, step, destination), max(1, PIECE_BYTES // dtype.itemsize) * dtype.itemsize
    if exists(path):
        with storage.open_read(path) as file:
            yield from iter(lambda: file.read(most), b"")


def _spilled(context: Context, step: str) -> bool:
    return bool(json.loads(read_bytes(_marker(context, step)))["spilled"])


def _part(context: Context, step: str, destination: int) -> str:
    return join(context.folder(), step, f"{destination:05d}.bin")


def _marker(context: Context, step: str) -> str:
    return join(context.folder(), step, "done.json")

"""A packed shuffle through files: what the local engine does instead of keeping it in memory.

Each task appends its elements to one file and puts an index of (key, offset, bytes) beside it, last; the driver joins
the indexes and notes where each key begins, and a task of the next stage seeks its own part of the index and reads its
segments from all files. So nothing is held but one partition, each record is written and read once, and an interrupted
shuffle goes on at the task that was under way.
FnApiRunner would hold four times the shuffle in memory; making it in passes within a budget, as was done first, reads
all sketches again for each pass.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import numpy as np

from curate import storage
from curate.storage import exists, join, read_bytes
from pipelines import flow
from pipelines.context import Context
from pipelines.output import put_bytes, scratch_path
from pipelines.runners import Engine

SEGMENT = np.dtype([("key", "<i8"), ("file", "<i8"), ("offset", "<i8"), ("bytes", "<i8")])
KEY = np.dtype([("key", "<i8"), ("first", "<i8"), ("segments", "<i8"), ("bytes", "<i8")])
SOUGHT_IN = 8192  # entries of keys.bin: where so many are left, they are read together
HERE = "pipelines.spill"


def run(context: Context, engine: Engine, shards: Sequence[int], emit: str, reduce: str) -> int:
    """Both stages of `context.step`; leaves `<step>/reduce/` with its index. Returns the bytes that were shuffled.

    Shards are done in the order given, keys from the largest down.
    """
    _stage(context, engine, "emit", [(shard, 0) for shard in shards], emit)
    keys = _keys(context, context.step, "emit")
    _stage(context, engine, "reduce", keys[["key", "bytes"]].tolist(), reduce)
    return int(keys["bytes"].sum())


def forget_emitted(context: Context) -> None:
    storage.remove(_folder(context, context.step, "emit"))


def size(context: Context, step: str, key: int) -> int:
    """Bytes that a step's reducers laid down for a key."""
    return int(_entry(context, step, "reduce", key)["bytes"].sum())


def sizes(context: Context, step: str, keys: Sequence[int]) -> list[int]:
    """The same of many keys, with one look."""
    known = _keys(context, step, "reduce")
    wanted = np.array(keys, np.int64)
    at = np.searchsorted(known["key"], wanted)
    found = np.zeros(len(wanted), np.int64)
    there = at < len(known)
    there[there] = known["key"][at[there]] == wanted[there]
    found[there] = known["bytes"][at[there]]
    return found.tolist()


def values(context: Context, step: str, stage: str, key: int) -> Iterator[bytes]:
    """The elements of a key, one at a time."""
    for file, own in _by_file(_segments(context, step, stage, key)):
        with storage.open_read(_path(context, step, stage, file)) as stream:
            for segment in own:
                stream.seek(int(segment["offset"]))
                yield stream.read(int(segment["bytes"]))


def emit(context: Context, shard: int, names: list[bytes]) -> Iterator[flow.Element]:
    _write(context, "emit", shard, _function(names)(context, shard, []))
    yield from ()


def reduce(context: Context, key: int, names: list[bytes]) -> Iterator[flow.Element]:
    _write(context, "reduce", key, _function(names)(context, key, values(context, context.step, "emit", key)))
    yield from ()


def _stage(context: Context, engine: Engine, stage: str, sized: list[tuple[int, int]], function: str) -> None:
    """Run the tasks of a stage that left no index yet, the largest first, else as given, and join their indexes."""
    joined = join(_folder(context, context.step, stage), "index.bin")
    if exists(joined):
        return
    missing = [(n, size) for n, size in sized if not exists(_path(context, context.step, stage, n, "idx"))]
    order = sorted(missing, key=lambda task: -task[1])
    flow.run(context, engine, [(n, function.encode()) for n, _ in order], f"{HERE}:{stage}")
    parts = [np.frombuffer(read_bytes(_path(context, context.step, stage, n, "idx")), SEGMENT) for n, _ in sized]
    index = np.concatenate([np.empty(0, SEGMENT), *parts])
    index = index[np.lexsort([index["offset"], index["file"], index["key"]])]
    keys, first, count = np.unique(index["key"], return_index=True, return_counts=True)
    entries = np.empty(len(keys), KEY)
    entries["key"], entries["first"], entries["segments"] = keys, first, count
    entries["bytes"] = np.add.reduceat(index["bytes"], first) if len(keys) else 0
    put_bytes(entries.tobytes(), join(_folder(context, context.step, stage), "keys.bin"))
    put_bytes(index.tobytes(), joined)


def _keys(context: Context, step: str, stage: str) -> np.ndarray:
    return np.frombuffer(read_bytes(join(_folder(context, step, stage), "keys.bin")), KEY)


def _entry(context: Context, step: str, stage: str, key: int) -> np.ndarray:
    """KEY[1], or KEY[0] where nothing was laid down for the key: by halving, for every task asks, of as many keys."""
    with storage.open_read(join(_folder(context, step, stage), "keys.bin")) as stream:
        low, high = 0, stream.seek(0, os.SEEK_END) // KEY.itemsize
        while high - low > SOUGHT_IN:
            middle = (low + high) // 2
            low, high = (middle, high) if _read(stream, KEY, middle, 1)["key"][0] <= key else (low, middle)
        keys = _read(stream, KEY, low, high - low)
    return keys[keys["key"] == key]


def _segments(context: Context, step: str, stage: str, key: int) -> np.ndarray:
    """SEGMENT[n] of a key, in the order of (file, offset)."""
    entry = _entry(context, step, stage, key)
    if not len(entry):
        return np.empty(0, SEGMENT)
    with storage.open_read(join(_folder(context, step, stage), "index.bin")) as stream:
        return _read(stream, SEGMENT, int(entry["first"][0]), int(entry["segments"][0]))


def _read(stream: BinaryIO, kind: np.dtype, first: int, count: int) -> np.ndarray:
    stream.seek(first * kind.itemsize)
    return np.frombuffer(stream.read(count * kind.itemsize), kind)


def _write(context: Context, stage: str, number: int, elements: Iterable[flow.Element]) -> None:
    """The elements one after the other in a file, then their index: that one says that the file is whole."""
    path = _path(context, context.step, stage, number)
    scratch, offset, rows = scratch_path(path), 0, []
    try:
        with open(scratch, "wb") as file:
            for key, content in elements:
                file.write(content)
                rows.append((key, number, offset, len(content)))
                offset += len(content)
        storage.put(scratch, path)
    finally:
        if os.path.exists(scratch):
            os.unlink(scratch)
    put_bytes(np.array(rows, SEGMENT).tobytes(), _path(context, context.step, stage, number, "idx"))


def _by_file(found: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    for file in np.unique(found["file"]).tolist():
        low, high = np.searchsorted(found["file"], [file, file + 1])
        yield file, found[low:high]


def _function(names: list[bytes]) -> flow.Function:
    module, name = names[0].decode().split(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def _folder(context: Context, step: str, stage: str) -> str:
    return join(context.folder(), step, stage)


def _path(context: Context, step: str, stage: str, number: int, ending: str = "bin") -> str:
    return join(_folder(context, step, stage), f"{number:05d}.{ending}")

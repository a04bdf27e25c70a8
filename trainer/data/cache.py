"""Ranges of remote files on a local disk, shared by all ranks of a machine and bounded in size.

A range is one file, named by the hash of (url, stamp, start, end): a shard that changed in the store is another. It
ends with the hash of its bytes, so that what a crash or a disk left half is fetched again. It appears by a rename; two
ranks that fetch the same at once write the same. Each rank sweeps after it has added 1 GB (or 1/16 of the limit):
what was used longest ago goes, down to nine tenths. So the folder may pass its limit by a sixteenth for each rank.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable

import xxhash

from trainer.errors import TrainingError, TrainingStopped

MARK = 16  # bytes of the hash at the end
SWEEP = 1 << 30
CACHE_SIZE = 100_000_000_000  # bytes
PART = ".part"


class RangeCache:
    def __init__(self, folder: str, limit: int) -> None:
        self.folder, self.limit = folder, limit
        self._added = self._every = min(limit // 16, SWEEP)
        self._lock = threading.Lock()
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise TrainingError(f"cache: {folder} cannot be made ({error.strerror}); name one that may be") from None

    def get(self, url: str, stamp: str, start: int, end: int, fetch: Callable[[], bytes]) -> bytes:
        """Bytes [start, end) of `url`: from the disk, or fetched and kept."""
        name = xxhash.xxh3_128_hexdigest("\0".join((url, stamp, str(start), str(end))).encode())
        path = os.path.join(self.folder, name[:2], name)
        found = _checked(path)
        if found is not None:
            return found
        content = fetch()
        self._make_room(len(content))
        try:
            _put(path, content)
        except OSError as error:
            raise TrainingStopped(
                f"cache: {self.folder} cannot be written ({error.strerror}); make room, or lower cache_size"
            ) from None
        return content

    def _make_room(self, size: int) -> None:
        with self._lock:
            self._added += size
            if self._added < self._every:
                return
            self._added = 0
            sweep(self.folder, self.limit * 9 // 10)


def sweep(folder: str, limit: int) -> None:
    """Remove what was used longest ago until no more than `limit` bytes are left. Others may do so at the same time."""
    found = []
    for at, _, listed in os.walk(folder):
        for name in listed:
            with contextlib.suppress(OSError):
                about = os.stat(os.path.join(at, name))
                found.append((about.st_mtime_ns, about.st_size, os.path.join(at, name)))
    over = sum(size for _, size, _ in found) - limit
    for _, size, path in sorted(found):
        if over <= 0:
            return
        with contextlib.suppress(OSError):
            os.unlink(path)
        over -= size


def _checked(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            held = file.read()
        os.utime(path)
    except OSError:  # not there, or swept by another rank meanwhile
        return None
    content, mark = held[:-MARK], held[-MARK:]
    return content if xxhash.xxh3_128_digest(content) == mark else None


def _put(path: str, content: bytes) -> None:
    temporary = f"{path}.{os.getpid()}.{threading.get_ident()}{PART}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.write(xxhash.xxh3_128_digest(content))
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)

"""Where checkpoints lie: a local folder or an object store, by fsspec, with the few operations that they need.

A local file is on the disk when `write` returns (fsync of file and folder), because a file that `complete.json` lists
must still be whole after the machine went down. An object store shows an object only when all of it has arrived.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from trainer.errors import TrainingError, TrainingStopped

_PARTS = 9000  # S3 takes 10,000 parts an upload
_PART_BYTES = 64 << 20


class FolderError(TrainingStopped):
    """A store that failed, in one sentence that names the file; nothing is said of what lies in it."""

    def __init__(self, sentence: str, number: int | None) -> None:
        super().__init__(sentence)
        self.errno = number


class Folder:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/") or "/"
        try:
            self.fs, root = fsspec.core.url_to_fs(self.url, use_listings_cache=False)
        except (ValueError, ImportError) as error:
            raise TrainingError(f"{url}: {_line(error)}; name another checkpoints.folder") from None
        self.root = root.rstrip("/")
        self.local = isinstance(self.fs, LocalFileSystem)

    def names(self) -> list[str]:
        """What lies directly in the folder, sorted; nothing where there is none."""
        with self._told(""):
            try:
                return sorted(found["name"].rstrip("/").rsplit("/", 1)[-1] for found in self._list(self.root))
            except FileNotFoundError:
                return []

    def sizes(self, below: str) -> dict[str, int]:
        """Bytes of each file directly in a folder below, by name in sorted order; nothing where there is none."""
        with self._told(below):
            try:
                found = [each for each in self._list(f"{self.root}/{below}") if each["type"] == "file"]
            except FileNotFoundError:
                return {}
        return dict(sorted((each["name"].rsplit("/", 1)[-1], int(each["size"])) for each in found))

    def read(self, path: str, start: int | None = None, stop: int | None = None) -> bytes:
        """The bytes of a file from `start` to `stop`; fewer where it ends before. FileNotFoundError."""
        with self._told(path, missing=True):
            return cast(bytes, self.fs.cat_file(f"{self.root}/{path}", start=start, end=stop))

    def write(self, path: str, content: Iterable[memoryview], size: int) -> None:
        """A new file of `size` bytes."""
        with self._told(path):
            if self.local:
                self._write_local(f"{self.root}/{path}", content)
                return
            part = max(_PART_BYTES, size // _PARTS + 1)
            with self.fs.open(f"{self.root}/{path}", "wb", block_size=part) as file:
                for piece in content:
                    file.write(piece)

    def put(self, path: str, content: bytes) -> None:
        """A small file, whole or not at all, in place of one that is there."""
        with self._told(path):
            if not self.local:
                self.fs.pipe_file(f"{self.root}/{path}", content)
                return
            final = f"{self.root}/{path}"
            self._write_local(f"{final}.part", [memoryview(content)])
            os.replace(f"{final}.part", final)
            _sync_folder(os.path.dirname(final))

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all in it; nothing happens where there is none."""
        with self._told(path):
            try:
                self.fs.rm(f"{self.root}/{path}", recursive=True)
            except FileNotFoundError:
                return

    def _list(self, path: str) -> list[dict[str, Any]]:
        self.fs.invalidate_cache()
        # Some stores list the folder's own marker too.
        return [each for each in self.fs.ls(path, detail=True) if each["name"].rstrip("/") != path.rstrip("/")]

    def _write_local(self, path: str, content: Iterable[memoryview]) -> None:
        folder = os.path.dirname(path)
        if not os.path.isdir(folder):
            os.makedirs(folder, exist_ok=True)
            _sync_folder(os.path.dirname(folder))
        with open(path, "wb") as file:
            for piece in content:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(folder)

    @contextmanager
    def _told(self, path: str, missing: bool = False) -> Iterator[None]:
        """Every store has errors of its own; here they become one sentence, but for a file's being `missing`."""
        try:
            yield
        except Exception as error:
            if missing and isinstance(error, FileNotFoundError):
                raise
            url = f"{self.url}/{path}".rstrip("/")
            raise FolderError(_sentence(url, error), getattr(error, "errno", None)) from error


def _sync_folder(path: str) -> None:
    """So that the name of a new file is on the disk, too."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _sentence(url: str, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT):
        return f"{url}: the disk is full; make room, or keep fewer checkpoints (checkpoints.keep)"
    if isinstance(error, PermissionError) or number == errno.EROFS:
        return f"{url}: this user may not write or read there; name another checkpoints.folder"
    return f"{url}: {_line(error)}"


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__

"""Shards, wherever they lie: local paths by the operating system, everything else by fsspec, a range at a time.

A trainer reads one row group of a shard of a gigabyte, so what is asked for is a range of bytes. Listings are never
kept. Every failure is an OSError of one line that names the URL; a store's errors are tried again, since of millions
of requests some fail.
"""

from __future__ import annotations

import errno
import os
import posixpath
import time
from collections.abc import Callable
from typing import Any, BinaryIO, cast

TRIES = 4
PAUSE = 0.5  # seconds before the second try; doubled each time


def local_path(url: str) -> str | None:
    """The path on this machine, or None for a remote URL."""
    if url.startswith(("file://", "local://")):
        from urllib.parse import unquote

        return unquote(url.split("://", 1)[1]) if url.startswith("file://") else url[len("local://") :]
    return None if "://" in url else url


def join(root: str, *parts: str) -> str:
    return os.path.join(root, *parts) if local_path(root) is not None else posixpath.join(root, *parts)


def exists(url: str) -> bool:
    path = local_path(url)
    return os.path.exists(path) if path is not None else bool(_remote(url, "exists"))


def names(folder: str) -> list[str]:
    """What lies directly in `folder`, in sorted order; nothing where there is no folder."""
    path = local_path(folder)
    if path is not None:
        return sorted(os.listdir(path)) if os.path.isdir(path) else []
    try:
        return sorted(found.rstrip("/").rsplit("/", 1)[-1] for found in _remote(folder, "ls", detail=False))
    except FileNotFoundError:
        return []


def files(folder: str) -> list[tuple[str, int, str]]:
    """(name below `folder`, bytes, stamp) of every file in sorted order; one that changes has another stamp."""
    path = local_path(folder)
    if path is not None:
        return sorted(_local_files(path)) if os.path.isdir(path) else []
    try:
        found = _remote(folder, "find", detail=True)
    except FileNotFoundError:
        return []
    root = _filesystem(folder)[1].rstrip("/")
    return sorted((key.removeprefix(root).lstrip("/"), about["size"], _stamp(about)) for key, about in found.items())


def read(url: str, start: int | None = None, end: int | None = None) -> bytes:
    """Bytes [start, end) of `url`; a negative start counts from its end."""
    path = local_path(url)
    if path is None:
        return cast(bytes, _remote(url, "cat_file", start=start, end=end))
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        first, last, _ = slice(start, end).indices(size)
        file.seek(first)
        return file.read(max(last - first, 0))


def open_read(url: str) -> BinaryIO:
    """A seekable binary stream of `url`."""
    path = local_path(url)
    return open(path, "rb") if path is not None else cast(BinaryIO, _remote(url, "open", mode="rb"))


def _local_files(root: str) -> list[tuple[str, int, str]]:
    found = []
    for at, _, listed in os.walk(root, onerror=_raise, followlinks=True):
        for name in listed:
            about = os.stat(os.path.join(at, name))
            found.append((os.path.relpath(os.path.join(at, name), root), about.st_size, str(about.st_mtime_ns)))
    return found


def _stamp(about: dict[str, Any]) -> str:
    known = ("ETag", "etag", "md5Hash", "crc32c", "generation", "LastModified", "updated", "mtime", "created")
    return next((str(about[name]) for name in known if about.get(name) is not None), "")


def _remote(url: str, method: str, **kwargs: Any) -> Any:
    fs, path = _filesystem(url)
    return _again(url, lambda: getattr(fs, method)(path, **kwargs))


def _again(url: str, call: Callable[[], Any]) -> Any:
    """One call of a store, tried a few times, its failure told in one line."""
    for left in reversed(range(TRIES)):
        try:
            return call()
        except FileNotFoundError:
            raise FileNotFoundError(errno.ENOENT, "no such file", url) from None
        except PermissionError as error:
            raise OSError(f"{url}: not allowed: {_first_line(error)}") from error
        except Exception as error:  # each store has its own exceptions
            if not left:
                raise OSError(f"{url}: {type(error).__name__}: {_first_line(error)}") from error
            time.sleep(PAUSE * 2 ** (TRIES - 1 - left))


def _filesystem(url: str) -> tuple[Any, str]:
    import fsspec

    try:
        return cast("tuple[Any, str]", fsspec.core.url_to_fs(url, use_listings_cache=False))
    except (ImportError, ValueError) as error:
        raise OSError(f"{url}: cannot be opened: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _raise(error: OSError) -> None:
    raise error

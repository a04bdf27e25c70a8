"""Files, wherever they lie: local paths by the operating system, everything else by fsspec.

A local path never touches fsspec, so that laptops pay nothing for clouds. Remote files are read through fsspec's block
cache, in blocks of 8 MB. A file appears whole or not at all: `put` renames inside the destination's folder (local) or
uploads in one call (object stores show an object only when it is complete).
"""

from __future__ import annotations

import errno
import os
import posixpath
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import quote, unquote

_BLOCK = 8 << 20


class StorageError(OSError):
    """A remote store that failed, in one line that names the URL."""


def open_read(url: str) -> BinaryIO:
    """A seekable binary stream of `url`."""
    path = local_path(url)
    if path is not None:
        return open(path, "rb")
    return cast(BinaryIO, _remote(url, "open", "rb", block_size=_BLOCK))


def read_bytes(url: str) -> bytes:
    with open_read(url) as stream:
        return stream.read()


def exists(url: str) -> bool:
    path = local_path(url)
    return os.path.exists(path) if path is not None else bool(_remote(url, "exists"))


def is_folder(url: str) -> bool:
    path = local_path(url)
    return os.path.isdir(path) if path is not None else bool(_remote(url, "isdir"))


def size(url: str) -> int:
    """Bytes of the file as it is stored."""
    path = local_path(url)
    return os.path.getsize(path) if path is not None else int(_remote(url, "size"))


def is_special(url: str) -> bool:
    """Whether `url` is on this machine and neither file nor folder: a pipe, a socket, a device."""
    path = local_path(url)
    return path is not None and os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path))


def is_link(url: str) -> bool:
    """Whether `url` is a symbolic link on this machine."""
    path = local_path(url)
    return path is not None and os.path.islink(path)


def list_files(folder: str) -> list[str]:
    """Every file below `folder`, hidden ones too, as URLs in sorted order."""
    path = local_path(folder)
    if path is not None:
        found = [os.path.join(at, name) for at, _, names in os.walk(path, onerror=_raise) for name in names]
        return sorted(found)
    _, root = _filesystem(folder)
    return sorted(folder.rstrip("/") + found.removeprefix(root.rstrip("/")) for found in _remote(folder, "find"))


def names(folder: str) -> list[str]:
    """What lies directly in `folder`, files and folders, in sorted order; nothing where there is no folder."""
    path = local_path(folder)
    if path is not None:
        return sorted(os.listdir(path)) if os.path.isdir(path) else []
    if not is_folder(folder):
        return []
    return sorted(found.rstrip("/").rsplit("/", 1)[-1] for found in _remote(folder, "ls", detail=False))


def glob(pattern: str) -> list[str]:
    """Files and folders that match `pattern` (`*`, `?`, `[...]`, `**`), in sorted order."""
    path = local_path(pattern)
    if path is not None:
        import glob as local

        return sorted(local.glob(path, recursive=True, include_hidden=True))
    fs, _ = _filesystem(pattern)
    return sorted(fs.unstrip_protocol(found) for found in _remote(pattern, "glob"))


def put(local: str | Path, url: str) -> None:
    """Move the finished file `local` to `url`, in one step for anyone who looks there. `local` is gone afterwards."""
    path = local_path(url)
    if path is None:
        _told(url, lambda fs, remote: fs.put_file(str(local), remote))
        os.unlink(local)
        return
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    try:
        os.replace(local, path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_then_rename(str(local), path)


def write_bytes(content: bytes, url: str) -> None:
    """`content` at `url`, whole or not at all."""
    path = local_path(url)
    if path is None:
        _remote(url, "pipe_file", content)
        return
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    temporary = f"{path}.{os.getpid()}.part"
    try:
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):  # the disk was full
            os.unlink(temporary)


def create(content: bytes, url: str) -> bool:
    """As `write_bytes`, unless something is at the remote `url`: False then, decided by the store where it can."""
    try:
        _remote(url, "pipe_file", content, mode="create")
    except FileExistsError:
        return False
    return True


def remove(url: str) -> None:
    """Remove a file, or a folder with all it holds; nothing happens where there is none."""
    path = local_path(url)
    if path is None:
        if exists(url):
            _remote(url, "rm", recursive=True)
    elif os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        os.unlink(path)


def copy(source: str, url: str) -> None:
    """The file `source` once more, at `url`, whole or not at all; inside one store without passing through here."""
    if local_path(source) is None and local_path(url) is None and _filesystem(source)[0] is _filesystem(url)[0]:
        _remote(source, "cp_file", _filesystem(url)[1])
        return
    with tempfile.NamedTemporaryFile(delete=False) as scratch, open_read(source) as stream:
        shutil.copyfileobj(stream, scratch)
    put(scratch.name, url)


def move(source: str, url: str) -> None:
    """`source` under another name of its folder, in place of what is there; in a store, copied and then removed."""
    path = local_path(source)
    if path is not None:
        put(path, url)
        return
    copy(source, url)
    remove(source)


def changed(url: str) -> str:
    """What differs when the file does: its time of change, or the store's tag; of a folder, those of all in it."""
    path = local_path(url)
    if is_folder(url):
        return " ".join(f"{file} {changed(file)}" for file in list_files(url) if exists(file))
    if path is not None:
        return str(os.stat(path).st_mtime_ns)
    about = _remote(url, "info")
    return str(
        next((about[name] for name in ("ETag", "etag", "mtime", "LastModified", "updated") if name in about), "")
    )


def modified(url: str) -> int:
    """When the file was last written, in nanoseconds since 1970."""
    path = local_path(url)
    return os.stat(path).st_mtime_ns if path is not None else int(_remote(url, "modified").timestamp() * 1e9)


def arrow(url: str) -> tuple[Any, str]:
    """(filesystem, path) of `url` as pyarrow wants them; no filesystem for a local path."""
    path = local_path(url)
    if path is not None:
        return None, path
    from pyarrow.fs import FSSpecHandler, PyFileSystem

    fs, remote = _filesystem(url)
    return PyFileSystem(FSSpecHandler(fs)), remote


def join(root: str, *parts: str) -> str:
    """`root` and `parts` as one URL or path."""
    return os.path.join(root, *parts) if local_path(root) is not None else posixpath.join(root, *parts)


def local_path(url: str) -> str | None:
    """The path on this machine, or None for a remote URL. In a `file://` URL, %20 is a space (RFC 8089)."""
    if url.startswith("file://"):
        return unquote(url[len("file://") :], errors="surrogateescape")
    if url.startswith("local://"):  # fsspec's other name for the same
        return url[len("local://") :]
    return None if "://" in url else url


def utf8(url: str) -> str:
    """The same file by a name that is UTF-8, so that Arrow and JSON can hold it: file names need not be."""
    try:
        url.encode()
    except UnicodeEncodeError:
        return "file://" + quote(os.fsencode(os.path.abspath(local_path(url) or url)))
    return url


def _copy_then_rename(local: str, path: str) -> None:
    """Across file systems: the slow copy happens under another name, beside the destination."""
    temporary = f"{path}.{os.getpid()}.part"
    try:
        shutil.copyfile(local, temporary)
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
    os.unlink(local)


def _remote(url: str, method: str, *args: object, **kwargs: object) -> Any:
    return _told(url, lambda fs, path: getattr(fs, method)(path, *args, **kwargs))


def _told(url: str, call: Callable[[Any, str], Any]) -> Any:
    """One fsspec call, its failure told in one line that names the URL."""
    fs, path = _filesystem(url)
    try:
        return call(fs, path)
    except FileExistsError:
        raise
    except FileNotFoundError:
        raise FileNotFoundError(errno.ENOENT, "no such file", url) from None
    except Exception as error:  # each store has its own exceptions
        raise StorageError(f"{url}: {type(error).__name__}: {_first_line(error)}") from error


def _filesystem(url: str) -> tuple[Any, str]:
    """Listings are not kept: other processes of the run write to the same folders."""
    import fsspec

    try:
        return cast("tuple[Any, str]", fsspec.core.url_to_fs(url, use_listings_cache=False))
    except (ImportError, ValueError) as error:
        raise ValueError(f"{url}: cannot be opened: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _raise(error: OSError) -> None:
    raise error

"""From the paths of a recipe to pieces: every file found, recognised, and cut if it is large.

A path that the user *named* must be there and be of a known kind, else the run stops before it begins. What lies in a
named folder is another matter: files of no known kind are handed back with the reason, for the ledger. The order of
the arguments changes nothing: pieces are sorted by path.

Files above `shards.target` are cut where their kind knows how (plain JSON Lines by bytes, Parquet by row groups);
all others are pieces as they are. Small pieces stay apart here; joining them into shards is the business of the shard
table.
"""

from __future__ import annotations

import errno
from collections import defaultdict
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from curate import storage
from curate.sources import unread
from curate.sources.code.checkouts import checkouts, inside
from curate.sources.compressed import head_of
from curate.sources.kinds import KINDS, read_head, recognise
from curate.sources.record import Piece
from curate.sources.sampling import WHOLE, keep_file
from curate.sources.text import is_code

_GLOB = "*?["
EMPTY = "empty file"
_NOT_THE_STORAGE_S = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.ELOOP)


@dataclass(frozen=True)
class _File:
    url: str
    path: str  # relative to the source's root
    root: str  # the path of the recipe that led here
    base: str = ""  # the folder that `path` is relative to
    named: bool = False  # root is this very file
    is_repository: bool = False  # a folder, read as a whole


def find(recipe: Any) -> tuple[list[Piece], list[tuple[str, str]]]:
    """(pieces in order, [(path, reason)] of the files that are not read). Raises ValueError on a wrong path."""
    pieces: list[Piece] = []
    unknown: list[tuple[str, str]] = []
    seen: set[str] = set()
    for index, source in enumerate(recipe.sources):
        if hasattr(KINDS.get(source.kind), "pieces"):
            pieces += KINDS[source.kind].pieces(source, index)
            continue
        readable = set()
        listed = [file for path in sorted(source.paths) for file in _together(_expand(path), source.kind)]
        for file in _told_apart(listed):
            path = f"{source.label}/{file.path}" if source.label else file.path
            found = _pieces(file, path, index, source, recipe.shards.target)
            if not isinstance(found, str) or found == EMPTY:
                readable.add(file.root)
            if file.url in seen:
                continue
            seen.add(file.url)
            if isinstance(found, str):
                unknown.append((path, found))
            elif source.sample is None or found[0].source not in WHOLE or keep_file(path, source.sample):
                pieces += found
        for root in sorted(set(source.paths) - readable):
            known = f"holds no file of a known kind ({_kinds()})"
            raise ValueError(f"{root}: {known}; unpack it, or convert it to one of these")
    _refuse_same_names(pieces)
    return sorted(pieces, key=lambda p: (p.path, p.start)), sorted(unknown)


def _expand(path: str) -> list[_File]:
    if any(c in path for c in _GLOB) and not storage.exists(path):
        return _matches(path)
    if storage.is_folder(path):
        files = [_File(url, _relative(url, path), path, path) for url in storage.list_files(path)]
        if not files:
            raise ValueError(f"{path}: the folder is empty; name a folder with files of a known kind ({_kinds()})")
        return files
    if not storage.exists(path):
        raise ValueError(f"{path}: no such file or folder")
    return [_File(path, _shown(path.rsplit("/", 1)[-1]), path, named=True)]


def _together(files: list[_File], kind: str | None) -> list[_File]:
    """The same; of `kind: code` with one entry for each folder that is a repository in place of its files."""
    if kind != "code":
        return files
    relative = {file.url: _below(file.base, file.url) for file in files if not file.named}
    roots = checkouts([*relative.values()])
    kept = [file for file in files if file.named or inside(relative[file.url], roots) is None]
    root, base = files[0].root, files[0].base
    for folder in roots:
        url = base.rstrip("/") if folder == "." else storage.join(base, *folder.split("/"))
        name = _shown(url.rsplit("/", 1)[-1] if folder == "." else folder)
        kept.append(_File(url, name, root, base, is_repository=True))
    return kept


def _matches(pattern: str) -> list[_File]:
    """Files of a glob, relative to its last folder without a wildcard; folders that match are entered."""
    fixed = pattern[: min(pattern.find(c) for c in _GLOB if c in pattern)]
    root = fixed.rpartition("/")[0]
    files: list[_File] = []
    for match in storage.glob(pattern):
        inside = storage.list_files(match) if storage.is_folder(match) else [match]
        files += [_File(url, _relative(url, root), pattern, root) for url in inside]
    if not files:
        raise ValueError(f"{pattern}: no file matches this pattern")
    return files


def _relative(url: str, base: str) -> str:
    return _shown(_below(base, url))


def _below(base: str, url: str) -> str:
    return url.removeprefix(base.rstrip("/") + "/" if base else "")


def _shown(path: str) -> str:
    """File names need not be UTF-8; what is not shows as \\xNN."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _told_apart(files: list[_File]) -> list[_File]:
    """The same, files whose relative paths are equal told apart by as many folders above as it takes."""
    shared = defaultdict(set)
    for file in files:
        shared[file.path].add(file.url)
    return [replace(f, path=_longer(f, shared[f.path])) if len(shared[f.path]) > 1 else f for f in files]


def _longer(file: _File, urls: set[str]) -> str:
    parts = [url.split("/") for url in sorted(urls)]
    depth = file.path.count("/") + 2
    while len({tuple(part[-depth:]) for part in parts}) < len(parts):
        depth += 1
    return _shown("/".join(file.url.split("/")[-depth:]))


def _pieces(file: _File, path: str, index: int, source: Any, target: int) -> list[Piece] | str:
    """The pieces of a file, or why it is not read."""
    if file.is_repository:
        size = sum(storage.size(inner) for inner in storage.list_files(file.url) if storage.exists(inner))
        return [Piece("code", index, source.group or KINDS["code"].GROUP, storage.utf8(file.url), path, 0, -1, size)]
    if not file.named and any(part.startswith(".") for part in file.path.split("/")):
        return "hidden file"
    if storage.is_special(file.url):  # opening a pipe would wait for its writer
        if file.named:
            raise ValueError(
                f"{file.url}: is a pipe, a socket or a device; write what it holds to a file and name that"
            )
        return "no regular file"
    try:
        size = storage.size(file.url)
        if size == 0:
            return EMPTY
        with storage.open_read(file.url) as stream:
            head = read_head(stream)
    except OSError as error:  # a dangling link, a file without permission
        if error.errno not in _NOT_THE_STORAGE_S:
            raise
        if file.named:
            raise ValueError(f"{file.url}: cannot be read: {error.strerror or error}") from error
        return "cannot be read"
    kind = source.kind or recognise(file.url, head)
    if kind is None:
        return unread.reason(head_of(head))
    if kind not in KINDS:
        raise ValueError(f"sources[{index}].kind: {kind!r} is no kind of input; there are {_kinds()}")
    group = source.group or ("code" if kind == "text" and is_code(path) else KINDS[kind].GROUP)
    cuts = _cuts(KINDS[kind], file.url, size, head, target)
    url = storage.utf8(file.url)
    return [Piece(kind, index, group, url, path, start, end, length) for start, end, length in cuts]


def _cuts(kind: ModuleType, url: str, size: int, head: bytes, target: int) -> list[tuple[int, int, int]]:
    """(start, end, bytes) of each piece; files of kinds that know no cuts, and small ones, are read whole."""
    if size <= target or not hasattr(kind, "cuts"):
        return [(0, -1, size)]
    return list(kind.cuts(url, size, head, target))


def _refuse_same_names(pieces: list[Piece]) -> None:
    """Two sources may hold files of one name; then uids would clash."""
    owners: dict[str, Piece] = {}
    for piece in pieces:
        other = owners.setdefault(piece.path, piece)
        if other.url != piece.url:
            raise ValueError(
                f"sources[{other.source_index}] and sources[{piece.source_index}] both have a file {piece.path}; "
                "give one of them a label"
            )


def _kinds() -> str:
    return ", ".join(sorted(KINDS))

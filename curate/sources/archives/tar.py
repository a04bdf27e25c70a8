"""The members of a tar file as it streams by: ustar, GNU and pax names, plain or compressed.

Headers are parsed by the standard library (`tarfile.TarInfo.frombuf`, which checks the sum); the walk is ours, since
`tarfile` reads extended headers of any stated size into memory and follows what they say. Here an extended header has
at most 1 MB, only `path`, `size` and git's `comment` are looked at, and sparse files are set aside.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from curate.sources.compressed import Broken, chunks
from curate.sources.record import OK

BLOCK = 512
COMMENT = "comment"  # status of what is no member but a remark on the archive: git writes the commit there
_LONGEST_HEADER = 1 << 20
_FILES, _FOLDER, _LINKS = (b"0", b"\0", b"7"), b"5", (b"1", b"2")
_LONG_NAME, _LONG_LINK, _PAX, _PAX_ALL = b"L", b"K", b"x", b"g"


class Unreadable(Exception):
    """One member cannot be read; `args[0]` is its status."""


class Entry(NamedTuple):
    """A member: its ordinal, its path (None: of the archive itself), a status, and its bytes while it is current."""

    offset: int
    path: str | None
    status: str
    chunks: Iterator[bytes] = iter(())


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """Members but folders, in order. The last says `truncated`, `broken_tar` or `broken_gzip` where it breaks off."""
    plain = _Plain(chunks(stream))
    ordinal = -1
    try:
        for ordinal, entry in enumerate(_walk(plain)):
            if entry is not None:
                yield entry._replace(offset=ordinal) if entry.path is not None else entry
            plain.leave_member()
    except Broken as broken:
        yield Entry(ordinal + 1, None, broken.args[0])


def _walk(plain: _Plain) -> Iterator[Entry | None]:
    """One for each header that stands for a member, None for a folder: ordinals count both."""
    stated: dict[str, str] = {}
    for header in _headers(plain):
        if header.type in (_LONG_NAME, _LONG_LINK, _PAX, _PAX_ALL):
            found = _extended(plain.whole(header.size, _LONGEST_HEADER), header.type)
            if header.type == _PAX_ALL and "comment" in found:
                yield Entry(-1, None, COMMENT, iter((found["comment"].encode("ascii", "replace")[:100],)))
            stated |= found if header.type != _PAX_ALL else {}
            continue
        path, size, sparse = stated.get("path", header.name), header.size, "sparse" in stated
        if stated.get("size", "").isdecimal() and len(stated["size"]) < 19:
            size = int(stated["size"])
        stated = {}
        is_file = header.type in _FILES
        if header.type == _FOLDER or (is_file and path.endswith("/")):
            plain.enter_member(size if is_file else 0)
            yield None
            continue
        plain.enter_member(size if header.type not in _LINKS else 0)
        status = OK if is_file and not sparse else "link" if header.type in _LINKS else "special_file"
        yield Entry(0, path, status, plain.member() if status == OK else iter(()))


def _headers(plain: _Plain) -> Iterator[tarfile.TarInfo]:
    while block := plain.read(BLOCK):
        if len(block) < BLOCK:
            raise Broken("truncated")
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            return
        except (tarfile.HeaderError, ValueError, OverflowError):
            raise Broken("broken_tar") from None
        if header.size < 0:
            raise Broken("broken_tar")
        yield header


def _extended(body: bytes, type: bytes) -> dict[str, str]:
    """`path`, `size`, `comment`, and `sparse` if it is one, of a pax header or a GNU long name."""
    if type in (_LONG_NAME, _LONG_LINK):
        name = body.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
        return {"path": name} if type == _LONG_NAME else {}
    found: dict[str, str] = {}
    while body:
        length, _, rest = body.partition(b" ")
        if not length.isdigit() or len(length) > 7 or not len(length) + 3 <= int(length) <= len(body):
            break
        key, _, value = rest[: int(length) - len(length) - 2].partition(b"=")
        if key in (b"path", b"size", b"comment"):
            found[key.decode()] = value.decode("utf-8", "surrogateescape")
        elif key.startswith(b"GNU.sparse"):
            found["sparse"] = "yes"
        body = body[int(length) :]
    return found


class _Plain:
    """Plain bytes by number, and those of the current member."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self._held = b""
        self._left = 0  # bytes of the member that have not been read
        self._padding = 0

    def read(self, count: int) -> bytes:
        """`count` bytes, fewer at the end; `count` is small."""
        while len(self._held) < count and (chunk := next(self._source, b"")):
            self._held += chunk
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def whole(self, size: int, limit: int) -> bytes:
        if size > limit:
            raise Broken("broken_tar")
        body = self.read(size + -size % BLOCK)
        if len(body) < size:
            raise Broken("truncated")
        return body[:size]

    def enter_member(self, size: int) -> None:
        self._left, self._padding = size, -size % BLOCK

    def member(self) -> Iterator[bytes]:
        while self._left:
            if not self._held:
                self._held = next(self._source, b"")
                if not self._held:
                    self._left = self._padding = 0
                    raise Broken("truncated")
            piece, self._held = self._held[: self._left], self._held[self._left :]
            self._left -= len(piece)
            yield piece

    def leave_member(self) -> None:
        """On to the next header, whatever was read of this member."""
        for _ in self.member():
            pass
        self._left, self._padding = self._padding, 0
        for _ in self.member():
            pass

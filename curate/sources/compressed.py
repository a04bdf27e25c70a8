"""Decompressed bytes of a stream, in chunks, and what broke if something did.

gzip (with many members), zstandard, bzip2 and xz are told by their first bytes, never by the name. What could be
decompressed before a break is handed out first; only then `Broken` is raised with the status for the books. No chunk
exceeds a few MB, so that a decompression bomb meets the reader's limit and not the memory's.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

CHUNK = 1 << 20


class Broken(Exception):
    """The stream cannot be read past this point; `args[0]` is the status."""


def compression(head: bytes) -> str | None:
    """gzip, zstd, bz2 or xz; None for plain bytes."""
    if head.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd"
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return "bz2"
    return "xz" if head.startswith(b"\xfd7zXZ\0") else None


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Plain bytes of `stream` from where it stands; raises Broken after the last good byte."""
    first = stream.read(CHUNK)
    kind = compression(first)
    if kind is None:
        yield from _plain(first, stream)
    elif kind == "zstd":
        yield from _zstd(first, stream)
    else:
        yield from _members(kind, first, stream)


def head_of(head: bytes, limit: int = 1 << 16) -> bytes:
    """The first plain bytes behind `head`, the first stored bytes of a file. Never raises."""
    import io

    plain = b""
    try:
        for chunk in chunks(io.BytesIO(head)):
            plain += chunk
            if len(plain) >= limit:
                break
    except Broken:
        pass  # the head of a compressed file always ends too early
    return plain[:limit]


def _plain(chunk: bytes, stream: BinaryIO) -> Iterator[bytes]:
    while chunk:
        yield chunk
        chunk = stream.read(CHUNK)


def _members(kind: str, data: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """Members one after the other; bytes after the last one that begin no member are padding or rubbish."""
    open_member: dict[str, Callable[[], Any]] = {
        "gzip": lambda: _Gzip(),
        "bz2": bz2.BZ2Decompressor,
        "xz": lzma.LZMADecompressor,
    }
    member = open_member[kind]()
    while True:
        try:
            plain = member.decompress(data, 4 * CHUNK)
        except (zlib.error, OSError, lzma.LZMAError, EOFError):
            raise Broken(f"broken_{kind}") from None
        if plain:
            yield plain
        if member.eof:
            rest = member.unused_data.lstrip(b"\0") or stream.read(CHUNK).lstrip(b"\0")
            if not rest:
                return
            if len(rest) < 16:
                rest += stream.read(CHUNK)
            if compression(rest) != kind:
                raise Broken(f"broken_{kind}")
            member, data = open_member[kind](), rest
        elif not member.needs_input:
            data = b""
        else:
            data = stream.read(CHUNK)
            if not data:
                raise Broken("truncated")


class _Gzip:
    """zlib's object with the bounded interface of bz2's and lzma's."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)

    def decompress(self, data: bytes, limit: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, limit)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


def _zstd(data: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """Frames in turn, fed 1 KB at a time: the object has no limit of output, and a block of 4 bytes holds 128 KB."""
    import zstandard

    frame = zstandard.ZstdDecompressor().decompressobj()
    plain: list[bytes] = []
    waiting = 0
    status = ""
    while data and not status:
        rest = b""
        try:
            for at in range(0, len(data), 1024):
                plain.append(frame.decompress(data[at : at + 1024]))
                waiting += len(plain[-1])
                if waiting >= CHUNK:
                    yield b"".join(plain)
                    plain, waiting = [], 0
                if frame.eof:
                    rest = frame.unused_data + data[at + 1024 :]
                    break
        except zstandard.ZstdError:
            status = "broken_zstd"
        data = rest or stream.read(CHUNK)
        if frame.eof and data:
            frame = zstandard.ZstdDecompressor().decompressobj()
    if waiting:
        yield b"".join(plain)
    if status or not frame.eof:
        raise Broken(status or "truncated")

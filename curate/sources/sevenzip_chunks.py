"""Members of a 7z archive by the megabyte, for members that no memory holds: the history of a wiki is one file.

`curate.sources.sevenzip` lets py7zr hand out what it unpacks, up to 128 MB at a time, to whoever takes it. Here the
bytes are pulled: py7zr reads the headers and sets up its decompressors, which are asked for a megabyte after the other.
Only the methods that 7-Zip writes for text are let through, checksums are held, and nothing is written anywhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from curate.sources.compressed import CHUNK, Broken

_BROKEN = "broken_7z"
_MAX_HEADER = 64 << 20
_METHODS = frozenset({b"\0", b"\3", b"\x21", b"\3\1\1", b"\3\3\1\3", b"\4\1\x08", b"\4\2\2"})
_AES = b"\6\xf1\7\1"


def chunks(stream: BinaryIO, suffix: str = "") -> Iterator[bytes]:
    """The bytes of every member whose name ends so, one after the other; raises Broken after the last good ones."""
    archive = _opened(stream)
    at = archive.afterheader
    for folder, members, packed in _folders(archive):
        if any(str(member.filename).endswith(suffix) for member in members):
            stream.seek(at)
            decompressor = _decompressor(folder, packed)
            for member in members:
                wanted = str(member.filename).endswith(suffix)
                for chunk in _member(decompressor, stream, member):
                    if wanted:
                        yield chunk
        at += packed


def _opened(stream: BinaryIO) -> Any:
    import py7zr

    stream.seek(0)
    head = stream.read(32)
    if len(head) < 32:
        raise Broken("truncated")
    if int.from_bytes(head[20:28], "little") > _MAX_HEADER:
        raise Broken(_BROKEN)
    stream.seek(0)
    try:
        return py7zr.SevenZipFile(stream)
    except Exception:  # a hostile header fails in as many ways as it has fields
        raise Broken(_BROKEN) from None


def _folders(archive: Any) -> Iterator[tuple[Any, list[Any], int]]:
    """(folder, the files in it, its packed bytes); a folder is what was compressed in one go."""
    streams = archive.header.main_streams
    members: dict[int, list[Any]] = {}
    for member in archive.files:
        if member.folder is not None and not member.emptystream:
            members.setdefault(id(member.folder), []).append(member)
    sizes = iter(streams.packinfo.packsizes if streams else ())
    for folder in streams.unpackinfo.folders if streams else ():
        packed = sum(next(sizes, 0) for _ in folder.packed_indices or [0])
        yield folder, members.get(id(folder), []), packed


def _decompressor(folder: Any, packed: int) -> Any:
    methods = {coder["method"] for coder in folder.coders}
    if not methods <= _METHODS:
        raise Broken("encrypted" if _AES in methods else "unsupported_compression")
    try:
        return folder.get_decompressor(packed, reset=True)
    except Exception:  # py7zr's own errors, and those of the codecs it hands their properties
        raise Broken(_BROKEN) from None


def _member(decompressor: Any, stream: BinaryIO, member: Any) -> Iterator[bytes]:
    left, checksum, idle = member.uncompressed, 0, 0
    while left > 0:
        try:
            chunk = bytes(decompressor.decompress(stream, min(CHUNK, left)))
        except Exception:
            raise Broken(_BROKEN) from None
        idle = 0 if chunk else idle + 1
        if idle > 2:  # it wants bytes that are not there
            raise Broken("truncated")
        left -= len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        if chunk:
            yield chunk
    if member.crc32 is not None and member.crc32 != checksum:
        raise Broken(_BROKEN)

"""Members of a 7z archive by the megabyte, for members that no memory holds: the history of a wiki, Stack Overflow.

py7zr reads the headers and sets up its decompressors, which are asked for a megabyte after the other; in a solid
archive what lies before a member is decompressed too, what lies behind the last one is not. Nothing is written
anywhere, and no member's name is a path. Beyond what py7zr checks (counts in headers against the bytes there are):
headers up to 64 MB, only the methods that 7-Zip writes for text, each member's checksum, and an archive that unpacks to
more than `MAX_RATIO` times its size is a bomb (dumps grow 4 to 10 times, histories of wikis 100). LZMA: 75 MB of plain
XML a CPU second.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO, cast

from curate.sources.archives.watched import Watched
from curate.sources.compressed import CHUNK, Broken

SIGNATURE = b"7z\xbc\xaf\x27\x1c"
MAX_RATIO = 1_000
_SLACK = 64 << 20  # bytes that any archive may hold
_MAX_HEADER = 64 << 20
_BROKEN = "broken_7z"
_NAMELESS = "contents"  # what py7zr calls the one member of an archive that names none
_METHODS = frozenset({b"\0", b"\3", b"\x21", b"\3\1\1", b"\3\3\1\3", b"\4\1\x08", b"\4\2\2"})
# copy, delta, LZMA2, LZMA, BCJ x86, deflate, bzip2
_AES = b"\6\xf1\7\1"


def chunks(stream: BinaryIO, suffix: str = "") -> Iterator[bytes]:
    """The bytes of every member whose name ends so, or that has none, one after the other; raises Broken after the last
    good ones."""
    watched = Watched(stream)
    left = MAX_RATIO * stream.seek(0, 2) + _SLACK
    archive = _opened(watched)
    at = archive.afterheader
    for folder, members, packed in _folders(archive):
        wanted = [str(member.filename).lower().endswith((suffix.lower(), _NAMELESS)) for member in members]
        if any(wanted):
            stream.seek(at)
            decompressor = _decompressor(folder, packed, watched)
            for is_wanted, member in list(zip(wanted, members, strict=True))[: len(wanted) - wanted[::-1].index(True)]:
                for chunk in _member(decompressor, watched, member):
                    left -= len(chunk)
                    if left < 0:
                        raise Broken("decompression_bomb")
                    if is_wanted:
                        yield chunk
        at += packed


def _opened(stream: Watched) -> Any:
    import py7zr

    stream.seek(0)
    head = stream.read(32)
    if len(head) < 32:
        raise Broken("truncated")
    if int.from_bytes(head[20:28], "little") > _MAX_HEADER:
        raise Broken(_BROKEN)
    stream.seek(0)
    return _guarded(lambda: py7zr.SevenZipFile(cast(Any, stream)), stream)


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


def _decompressor(folder: Any, packed: int, stream: Watched) -> Any:
    methods = {coder["method"] for coder in folder.coders}
    if not methods <= _METHODS:
        raise Broken("encrypted" if _AES in methods else "unsupported_compression")
    return _guarded(lambda: folder.get_decompressor(packed, reset=True), stream)


def _member(decompressor: Any, stream: Watched, member: Any) -> Iterator[bytes]:
    left, checksum, idle = member.uncompressed, 0, 0
    while left > 0:
        chunk = bytes(_guarded(partial(decompressor.decompress, stream, min(CHUNK, left)), stream))
        idle = 0 if chunk else idle + 1
        if idle > 2:  # it wants bytes that are not there
            raise Broken("truncated")
        left -= len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        if chunk:
            yield chunk
    if member.crc32 is not None and member.crc32 != checksum:
        raise Broken(_BROKEN)


def _guarded(work: Callable[[], Any], stream: Watched) -> Any:
    """What `work` returns; whatever it raises on bad bytes (a dozen types) is Broken, a storage's failure stays."""
    try:
        return work()
    except Exception as error:
        stream.raise_if_failed()
        locked = type(error).__name__ == "PasswordRequired"
        raise Broken("encrypted" if locked else _BROKEN) from None

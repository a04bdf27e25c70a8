"""The plain bytes of a piece of a MediaWiki dump, with what broke and where a neighbour's bytes begin.

A multistream dump is bzip2 streams of a hundred pages one after the other, and plain XML is cut the same way: a piece
owns the pages that *start* in its stored bytes, so cuts may fall anywhere, also where a tool that split a dump into
streams by size (pbzip2) cut through a page. Bytes beyond the piece are handed out as well, marked as not its own, for
the page that reaches into them. After a damaged stream reading goes on at the next one.
"""

from __future__ import annotations

import bz2
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from curate.sources.archives import sevenzip
from curate.sources.archives.sevenzip import SIGNATURE
from curate.sources.compressed import CHUNK, Broken, chunks, compression
from curate.sources.record import Piece

_STREAM = re.compile(rb"BZh[1-9]1AY&SY")  # begins on a byte, 80 bits: chance does not make one
_EMPTY = re.compile(rb"BZh[1-9]\x17\x72\x45\x38\x50\x90")


@dataclass(frozen=True, slots=True)
class Chunk:
    plain: bytes
    own: bool = True  # pages that start here are the piece's
    broken: str = ""  # a status: what comes next does not continue these bytes
    at: int = 0  # stored byte at which the broken stream begins


def plain_chunks(stream: BinaryIO, piece: Piece) -> Iterator[Chunk]:
    head = stream.read(16)
    stream.seek(0)
    if compression(head) == "bz2":
        yield from _streams(stream, piece)
    elif compression(head) is None and not head.startswith(SIGNATURE):
        yield from _plain(stream, piece)
    else:
        found = sevenzip.chunks(stream, ".xml") if head.startswith(SIGNATURE) else chunks(stream)
        try:
            for plain in found:
                yield Chunk(plain)
        except Broken as broken:
            yield Chunk(b"", broken=broken.args[0])


def cuts(size: int, head: bytes, target: int) -> list[tuple[int, int, int]]:
    """By bytes, where the format can be cut: plain XML, and bzip2 that begins with more than one stream."""
    kind = compression(head)
    whole = head.startswith(SIGNATURE) or kind not in (None, "bz2")
    if whole or (kind == "bz2" and _STREAM.search(head, 1) is None):
        return [(0, -1, size)]
    return [(at, min(at + target, size), min(target, size - at)) for at in range(0, size, target)]


def _plain(stream: BinaryIO, piece: Piece) -> Iterator[Chunk]:
    at = piece.start
    stream.seek(at)
    while plain := stream.read(CHUNK):
        own = len(plain) if piece.end < 0 else min(len(plain), max(0, piece.end - at))
        if own:
            yield Chunk(plain[:own])
        if own < len(plain):
            yield Chunk(plain[own:], own=False)
        at += len(plain)


def _streams(stream: BinaryIO, piece: Piece) -> Iterator[Chunk]:
    start = _next_stream(stream, piece.start)
    while start is not None:
        own = piece.end < 0 or start < piece.end
        stream.seek(start)
        broken, behind = "", start + 1
        for found in _stream(stream):
            if isinstance(found, bytes):
                yield Chunk(found, own)
            else:
                broken, behind = found
        if broken:
            yield Chunk(b"", own, broken, start)
        start = _next_stream(stream, start + 1 if broken else behind)


def _stream(stream: BinaryIO) -> Iterator[bytes | tuple[str, int]]:
    """The plain bytes of the stream that begins here; last (status if it broke, where it ends)."""
    member = bz2.BZ2Decompressor()
    while not member.eof:
        stored = stream.read(CHUNK) if member.needs_input else b""
        if member.needs_input and not stored:
            yield "truncated", 0
            return
        try:
            plain = member.decompress(stored, 4 * CHUNK)
        except (OSError, EOFError):
            yield "broken_bz2", 0
            return
        if plain:
            yield plain
    yield "", stream.tell() - len(member.unused_data)


def _next_stream(stream: BinaryIO, at: int) -> int | None:
    """Where the first stream at or after `at` begins; None if none does."""
    stream.seek(at)
    held = b""
    while stored := stream.read(CHUNK if held else 64):
        held += stored
        found = _STREAM.search(held) or _EMPTY.match(held)
        if found:
            return at + found.start()
        at += max(0, len(held) - 9)
        held = held[-9:]
    return None

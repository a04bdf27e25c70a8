"""Bytes that go forward only, as a reader of archives wants them: taken, or passed over.

Of a file what is passed over is not read at all; of a stream (decompressed, say) it is, so that there a limit holds for
all of it, and a bomb in a member that nobody asks for is one all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from curate.sources.compressed import Broken


class Tape(Protocol):
    position: int

    def take(self, size: int) -> bytes: ...
    def skip(self, size: int) -> None: ...


class Seekable:
    """A file, from `start` to `end` (-1: its end)."""

    def __init__(self, stream: BinaryIO, start: int = 0, end: int = -1) -> None:
        self._stream, self.position = stream, start
        self._end = end if end >= 0 else stream.seek(0, 2)
        stream.seek(start)

    def take(self, size: int) -> bytes:
        found = self._stream.read(min(size, self.left()))
        self.position += len(found)
        return found

    def skip(self, size: int) -> None:
        """Never past the end: an archive may state a place that the system refuses to seek."""
        if size > 0:
            self.position = self._stream.seek(self.position + min(size, self.left()))

    def left(self) -> int:
        return max(self._end - self.position, 0)


class Streamed:
    """Chunks of bytes as they come; Broken `too_large` when more than `limit` bytes are taken or passed over."""

    def __init__(self, chunks: Iterator[bytes], limit: int) -> None:
        self._chunks, self._limit, self._held, self._at, self.position = chunks, limit, b"", 0, 0

    def take(self, size: int) -> bytes:
        return b"".join(self._parts(size))

    def skip(self, size: int) -> None:
        for _ in self._parts(size):
            pass

    def content(self, size: int) -> Iterator[bytes]:
        """As `take`, in chunks as they come; Broken `truncated` where there are fewer."""
        end = self.position + size
        yield from self._parts(size)
        if self.position < end:
            raise Broken("truncated")

    def _parts(self, size: int) -> Iterator[bytes]:
        while size > 0 and self._more():
            part = self._held[self._at : self._at + size]
            self._at += len(part)
            self.position += len(part)
            size -= len(part)
            if self.position > self._limit:
                raise Broken("too_large")
            yield part

    def _more(self) -> bool:
        while self._at == len(self._held):
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._held, self._at = chunk, 0
        return True

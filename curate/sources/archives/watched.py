"""A stream that remembers when its storage failed, for readers of archives and crawls.

Libraries raise whatever they like on bad bytes, OSError too (a header that sends them before the file's start). Only
what `read` itself raised is the storage's failure, and no broken input.
"""

from __future__ import annotations

import io
from typing import BinaryIO


class Watched(io.RawIOBase):
    """`failure` is what the stream, or whoever sets it, raised."""

    def __init__(self, inner: BinaryIO) -> None:
        self.inner = inner
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self.inner.read(size)
        except Exception as error:
            self.failure = error
            raise

    def seek(self, offset: int, whence: int = 0) -> int:
        if not -(1 << 62) < offset < 1 << 62 or (whence == 0 and offset < 0):
            raise ValueError("no place in a file")
        return self.inner.seek(offset, whence)

    def tell(self) -> int:
        return self.inner.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        """The stream belongs to who opened it."""

    def raise_if_failed(self) -> None:
        if self.failure is not None:
            raise self.failure from None

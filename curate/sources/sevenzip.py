"""One member of a 7z archive, streamed to whoever takes it; nothing is written to disk, and no member's name is a path.

py7zr reads the format. It hands out at most 128 MB at a time, checks the counts in a header against the bytes there
are, and each member's checksum. Beyond that: only the methods that 7-Zip writes for text are let through (the other
decoders are C that nobody needs here), and an archive that grows beyond `MAX_RATIO` times its size is a bomb (dumps
grow 4 to 10 times). In a solid archive what lies before the member is decompressed too. LZMA: 75 MB of plain XML a
CPU second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from curate.sources.compressed import Broken
from curate.sources.watched import Watched

SIGNATURE = b"7z\xbc\xaf\x27\x1c"
MAX_RATIO = 200
_SLACK = 64 << 20  # bytes that any archive may hold
# copy, delta, LZMA2, LZMA, BCJ x86, deflate, bzip2
_METHODS = frozenset({b"\0", b"\3", b"\x21", b"\3\1\1", b"\3\3\1\3", b"\4\1\x08", b"\4\2\2"})
_AES = b"\6\xf1\7\1"


def names(stream: BinaryIO) -> list[str]:
    """The members of the archive, in its order; raises Broken where its header cannot be read."""
    with _Archive(stream) as archive:
        return [str(member.filename) for member in archive.inner.files if not member.is_directory]


def pour(stream: BinaryIO, member: str, take: Callable[[bytes], None]) -> None:
    """Call `take` with the bytes of a member. Raises Broken after the last good ones, and what `take` raises."""
    with _Archive(stream) as archive:
        archive.pour(member, take)


class _Archive:
    """py7zr's archive. Whatever it raises on bad bytes becomes Broken; errors of the storage or of the taker stay."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = Watched(stream)
        self._size = stream.seek(0, 2)
        self.inner: Any = None
        stream.seek(0)

    def __enter__(self) -> _Archive:
        import py7zr

        self.inner = self._guarded(lambda: py7zr.SevenZipFile(cast(Any, self._stream), "r"))
        return self

    def __exit__(self, *error: object) -> None:
        self.inner.close()

    def pour(self, member: str, take: Callable[[bytes], None]) -> None:
        methods = self._guarded(self._methods)
        if not methods <= _METHODS:
            raise Broken("encrypted" if _AES in methods else "unsupported_compression")
        self.inner.max_extract_size = None
        limit = MAX_RATIO * self._size + _SLACK
        self._guarded(lambda: self.inner.extract(targets=[member], factory=_factory(self._stream, take, limit)))

    def _methods(self) -> set[bytes]:
        streams = self.inner.header.main_streams
        folders = streams.unpackinfo.folders if streams else []
        return {coder["method"] for folder in folders for coder in folder.coders}

    def _guarded(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:  # a dozen types, also of the decoders
            self._stream.raise_if_failed()
            raise Broken(_status(error)) from None


def _status(error: Exception) -> str:
    if isinstance(error, Broken):
        return str(error.args[0])
    name = type(error).__name__
    if name == "PasswordRequired":
        return "encrypted"
    return "unsupported_compression" if name == "UnsupportedCompressionMethodError" else "broken_7z"


def _factory(stream: Watched, take: Callable[[bytes], None], limit: int) -> Any:
    """What py7zr asks for a place to write to, and is given one that hands on."""
    from py7zr.io import Py7zIO, WriterFactory

    class Taker(Py7zIO):
        poured = 0

        def write(self, data: bytes | bytearray) -> int:
            self.poured += len(data)
            if self.poured > limit:
                raise Broken("decompression_bomb")
            try:
                take(bytes(data))
            except Exception as error:
                stream.failure = error
                raise
            return len(data)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            """Nothing is held."""

        def size(self) -> int:
            return self.poured

    class Factory(WriterFactory):
        def create(self, filename: str) -> Py7zIO:
            return Taker()

    return Factory()

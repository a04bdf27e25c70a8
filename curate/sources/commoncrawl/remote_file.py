"""A file on a web server as a seekable stream that outlives broken connections.

What arrived stays: after a cut the next request asks for the bytes that are missing (RFC 9110, 14). Every answer is
held against what was asked (place, size, entity tag), since a cache or a mirror may give other bytes than it was asked
for. Errors of the way are tried again, with pauses that double and are partly chance; the chance touches no output.
What still fails raises StorageError: a reader must not take a broken line for the end of a file.

Polite: one connection at a time for each reading process, a User-Agent that names the project, and the pause that a
server asks for (`Retry-After`). The standard library's client is enough; proxies of the environment are used.
"""

from __future__ import annotations

import errno
import http.client
import io
import random
import re
import socket
import time
import urllib.error
import urllib.request
from importlib.metadata import PackageNotFoundError, version
from typing import Any, BinaryIO, cast

from curate import storage
from curate.storage import StorageError

TRIES = 8  # in a row without a byte: about two minutes
FIRST_PAUSE, LONGEST_PAUSE, LONGEST_ASKED = 1.0, 60.0, 600.0  # seconds
SILENCE = 60  # seconds without a byte until a connection counts as broken
BUSY = (403, 408, 425, 429, 500, 502, 503, 504)  # 403: what Common Crawl says to those who ask too often
BUFFER = 1 << 20
_RANGE = re.compile(r"bytes (?:([0-9]{1,18})-([0-9]{1,18})|\*)/([0-9]{1,18})$")  # of no more than a seek can hold
_NUMBER = re.compile(r"[0-9]{1,18}")


def open_read(url: str, span: int | None = None, tries: int = TRIES) -> BinaryIO:
    """A seekable stream of `url`; of a web server's at most `span` bytes a request, where reading will jump."""
    if not url.startswith(("http://", "https://")):
        return storage.open_read(url)
    return cast(BinaryIO, io.BufferedReader(_Remote(url, span, tries), span or BUFFER))


def read_range(url: str, start: int, end: int) -> bytes:
    """Bytes [start, end) of `url`, fewer where it ends before."""
    with open_read(url, end - start) as stream:
        stream.seek(start)
        return stream.read(end - start)


def read_bytes(url: str, most: int, tries: int = TRIES) -> bytes:
    """The file; of a longer one as much as shows that it has more than `most` bytes."""
    with open_read(url, tries=tries) as stream:
        return stream.read(most + 1)


class _Wrong(Exception):
    """An answer that is not what was asked for; trying again may help."""

    def __init__(self, why: str, pause: float | None = None) -> None:
        super().__init__(why)
        self.pause = pause


class _Remote(io.RawIOBase):
    def __init__(self, url: str, span: int | None, tries: int) -> None:
        self._url, self._span, self._tries = url, span, tries
        self._at = 0
        self._size: int | None = None
        self._tag: str | None = None
        self._answer: Any = None
        self._left = 0  # bytes of the answer that were not read yet
        self._failures = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 2 and self._size is None:
            self._until_it_works(lambda: self._ask(0, 1))
            self._drop()
        at = offset + (0 if whence == 0 else self._at if whence == 1 else cast(int, self._size))
        if at != self._at:
            self._drop()
        self._at = at
        return at

    def readinto(self, buffer: Any) -> int:
        if self._size is not None and self._at >= self._size:
            return 0
        found = self._until_it_works(lambda: self._some(len(buffer)))
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        self._drop()
        super().close()

    def _some(self, most: int) -> bytes:
        """Bytes at the place of the stream: one at least, but at the end of the file."""
        if self._answer is None:
            self._ask(self._at, self._at + max(self._span, 1) if self._span else None)
            if self._left == 0:
                return b""
        found = cast(bytes, self._answer.read(min(most, self._left)))
        if not found:
            raise _Wrong("the connection broke off")
        self._left -= len(found)
        if self._left == 0:
            self._drop()
        return found

    def _until_it_works(self, ask: Any) -> Any:
        while True:
            try:
                done = ask()
                self._failures = 0
                return done
            except (_Wrong, urllib.error.URLError, http.client.HTTPException, OSError) as error:
                self._drop()
                if isinstance(error, FileNotFoundError | StorageError):
                    raise
                self._failures += 1
                why = str(getattr(error, "reason", None) or error) or type(error).__name__
                if self._failures >= self._tries or (self._failures >= 3 and _nameless(error)):
                    raise StorageError(f"{self._url}: {why} (tried {self._failures} times)") from error
                time.sleep(_pause(self._failures, error.pause if isinstance(error, _Wrong) else None))

    def _ask(self, start: int, end: int | None) -> None:
        headers = {"User-Agent": agent(), "Range": f"bytes={start}-{'' if end is None else end - 1}"}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(self._url, headers=headers), timeout=SILENCE)
        except urllib.error.HTTPError as refusal:
            with refusal:
                if refusal.code == 416 and self._is_end(refusal.headers.get("Content-Range"), start):
                    return
                raise _refused(self._url, refusal) from None
        self._answer = answer
        first, size, length = _placed(answer, start)
        tag = answer.headers.get("ETag")
        if first != start:
            raise _Wrong(f"the server gave bytes from {first} on, not from {start}")
        if self._size is not None and (size, tag) != (self._size, self._tag):
            raise _Wrong("the file changed while it was read")
        self._size, self._tag, self._left = size, tag, length

    def _is_end(self, stated: str | None, start: int) -> bool:
        """Whether nothing lies at `start` since the file ends there or before."""
        found = _RANGE.match(stated or "")
        if not found or int(found[3]) > start:
            return False
        if self._size is not None and int(found[3]) != self._size:
            raise _Wrong("the file changed while it was read")
        self._size, self._left = int(found[3]), 0
        return True

    def _drop(self) -> None:
        if self._answer is not None:
            self._answer.close()
        self._answer, self._left = None, 0


def agent() -> str:
    try:
        return f"curate-corpus/{version('curate-corpus')}"
    except PackageNotFoundError:
        return "curate-corpus"


def _placed(answer: Any, start: int) -> tuple[int, int, int]:
    """(first byte, size of the file, bytes in the answer)."""
    stated = answer.headers.get("Content-Length", "")
    if answer.status == 200 and start == 0 and _NUMBER.fullmatch(stated):
        return 0, int(stated), int(stated)
    found = _RANGE.match(answer.headers.get("Content-Range", ""))
    if answer.status != 206 or not found or found[1] is None:
        raise _Wrong(f"the server does not say which bytes it gives (status {answer.status})")
    return int(found[1]), int(found[3]), int(found[2]) + 1 - int(found[1])


def _refused(url: str, refusal: urllib.error.HTTPError) -> Exception:
    if refusal.code in (404, 410):
        return FileNotFoundError(errno.ENOENT, "no such file", url)
    words = f"{refusal.code} {refusal.reason}"
    if refusal.code not in BUSY:
        return StorageError(f"{url}: the server answers {words}")
    asked = refusal.headers.get("Retry-After", "")
    return _Wrong(f"the server answers {words}", float(asked) if _NUMBER.fullmatch(asked) else None)


def _nameless(error: Exception) -> bool:
    """Whether the server's name has no address: no network, or a wrong name."""
    return isinstance(getattr(error, "reason", None), socket.gaierror)


def _pause(failures: int, asked: float | None) -> float:
    """Seconds until the next try: what the server asks for, else doubled each time, by chance shortened to a half."""
    if asked is not None:
        return min(asked, LONGEST_ASKED)
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1)) * random.uniform(0.5, 1)

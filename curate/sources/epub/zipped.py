"""The zip of a book, read in memory and within bounds.

A member is at most as long as a record may be; all that is unpacked together at most `MAX_RATIO` times the file (text
packs 3 to 10 times; members that overlap, or one that unpacks to gigabytes, make a bomb). Only stored and deflated
members, as the standard has it. A member's name is a key and never a path.
"""

from __future__ import annotations

import zipfile
from typing import BinaryIO, cast

from curate.sources.archives.watched import Watched
from curate.sources.compressed import Broken

MAX_RATIO = 200
_SLACK = 16 << 20
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Bomb(Exception):
    """The archive unpacks to more than it may."""


class Book:
    """Members by name. `read` raises Broken with a status for what cannot be read, and Bomb for what must not be."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._limit = limit
        self._left = MAX_RATIO * stream.seek(0, 2) + _SLACK
        stream.seek(0)
        self._stream = Watched(stream)
        try:
            self._zip = zipfile.ZipFile(cast(BinaryIO, self._stream))
            self._members = {info.filename: info for info in reversed(self._zip.infolist()) if not info.is_dir()}
        except Exception:  # of many types: a name without a letter is an IndexError
            self._stream.raise_if_failed()
            raise Broken("broken_epub") from None
        self._folded = {name.lower(): name for name in sorted(self._members, reverse=True)}

    def find(self, name: str) -> str | None:
        """The member of that name, whatever its capitals: books are made where those do not count."""
        return name if name in self._members else self._folded.get(name.lower())

    def ending(self, suffix: str) -> str | None:
        """The first member, by name, that ends so."""
        return min((name for name in self._members if name.lower().endswith(suffix)), default=None)

    def read(self, name: str | None, limit: int | None = None) -> bytes:
        if name is None or name not in self._members:
            raise Broken("missing_member")
        info = self._members[name]
        if info.flag_bits & 1:
            raise Broken("encrypted")
        if info.compress_type not in _WAYS:
            raise Broken("unsupported_compression")
        limit = min(limit or self._limit, self._limit)
        try:
            with self._zip.open(info) as member:
                content = member.read(min(limit, self._left) + 1)
        except Exception:
            self._stream.raise_if_failed()
            raise Broken("broken_member") from None
        self._left -= len(content)
        if self._left < 0:
            raise Bomb
        if len(content) > limit:
            raise Broken("too_large")
        return content

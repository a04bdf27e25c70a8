"""The page of memory that a child shares with its parent: which rows are worked on, and that one still works."""

from __future__ import annotations

import mmap
import struct
from typing import IO

NOWHERE = -1
NOTE = struct.Struct("<qqq")  # first row, how many from there, a count that grows with each note


class RowPage:
    """Over a file of the page's size; what one process notes the other one reads."""

    def __init__(self, file: IO[bytes]):
        if not file.seek(0, 2):
            file.write(NOTE.pack(NOWHERE, 1, 0))
            file.flush()
        self._map = mmap.mmap(file.fileno(), NOTE.size)

    def note(self, row: int, rows: int = 1) -> None:
        self._map[:] = NOTE.pack(row, rows, self.notes() + 1)

    def rows(self) -> tuple[int, int]:
        """(first, how many)"""
        return NOTE.unpack(self._map)[:2]

    def notes(self) -> int:
        return int(NOTE.unpack(self._map)[2])

"""Bytes of a plain WARC file that belong to no record: the mark of a wrong length.

A record that states too great a length ends somewhere inside a later one, or behind the end of the file; the library
then goes on at the next header it meets, and the record in between would be gone without a word. Between two records
there may be line ends only, so other bytes there say that something was passed over. In compressed files a record is a
member of its own, whose checksum tells. Costs one read of a header a record, in plain files alone.
"""

from __future__ import annotations

import re
from typing import BinaryIO

_HEAD = 1 << 16
_HEAD_END = re.compile(rb"\r?\n\r?\n")


def ends_wrong(stream: BinaryIO, start: int, length: int, until: int | None) -> bool:
    """Whether the record at `start`, which states `length`, does not end where the next one starts, or the file ends
    (`until` is None)."""
    stream.seek(start)
    found = _HEAD_END.search(stream.read(_HEAD), 2)  # line ends may precede the header
    if not found:
        return False
    end = start + found.end() + length
    return end > (stream.seek(0, 2) if until is None else until) or _holds_more(stream, end, until)


def _holds_more(stream: BinaryIO, at: int, until: int | None) -> bool:
    stream.seek(at)
    while chunk := stream.read(_HEAD if until is None else max(min(_HEAD, until - at), 0)):
        if chunk.strip(b"\r\n"):
            return True
        at += len(chunk)
    return False

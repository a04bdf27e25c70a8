"""Common Crawl's index of captures, read by ranges: no query service, and no more of it than the keys asked for.

The index (ZipNum) is a few hundred files `cdx-00000.gz` of gzip members of 3,000 lines each, all sorted by key, and
`cluster.idx`, with the first key and the place of each member. Of `cluster.idx` (some 150 MB for a monthly crawl) some
twenty pieces of 64 KB are read to find where a range of keys begins, then what the range covers. A line of a member is
`key timestamp {"url": ..., "filename": ..., "offset": ..., "length": ...}`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from curate.sources.commoncrawl.url_keys import merged

WINDOW = 1 << 16  # bytes of cluster.idx that one request takes
LINES_A_BLOCK = 3_000


class Block(NamedTuple):
    """A gzip member of a file of the index."""

    file: str
    offset: int
    length: int


class Capture(NamedTuple):
    """Where a record lies in the crawl."""

    file: str
    offset: int
    length: int
    url: str


def blocks(cluster: BinaryIO, ranges: list[tuple[str, str]]) -> list[Block]:
    """The blocks that may hold keys of `ranges`, in order of place."""
    found: set[Block] = set()
    for first, last in merged(ranges):
        low, high = first.encode(), last.encode()
        before: Block | None = None
        for key, block in _lines(cluster, _begin(cluster, low)):
            if key >= high:
                break
            if key >= low:
                found.add(block)
                if before is not None:
                    found.add(before)
                before = None
            else:
                before = block
        if before is not None:  # the last block that begins before the range
            found.add(before)
    return sorted(found)


def captures(members: bytes, subset: dict[str, Any], ranges: list[tuple[str, str]]) -> list[Capture]:
    """The captures of blocks that are wanted, by place. Lines that are none are passed over, as in the index's own
    readers; a page that answered with an error lies outside `warc/` and is left out."""
    wanted = merged(ranges)
    types, languages = set(subset.get("types", ())), set(subset.get("languages", ()))
    found = set()
    for line in _inflated(members).decode("utf-8", "replace").split("\n"):
        key, _, rest = line.partition(" ")
        if any(first <= key < last for first, last in wanted):
            capture = _capture(rest.partition(" ")[2], types, languages)
            if capture is not None:
                found.add(capture)
    return sorted(found)


def _capture(text: str, types: set[str], languages: set[str]) -> Capture | None:
    try:
        stated = json.loads(text)
        capture = Capture(stated["filename"], int(stated["offset"]), int(stated["length"]), str(stated["url"]))
    except (ValueError, KeyError, TypeError):
        return None
    if "/warc/" not in capture.file or capture.offset < 0 or capture.length <= 0:
        return None
    if types and (stated.get("mime-detected") or stated.get("mime")) not in types:
        return None
    if languages and str(stated.get("languages", "")).split(",")[0] not in languages:  # the first is most of the page
        return None
    return capture


def _begin(cluster: BinaryIO, low: bytes) -> int:
    """A place at which a line begins, not behind the last line with a key below `low`, and near it."""
    begin, end = 0, cluster.seek(0, 2)
    while end - begin > WINDOW:
        middle = (begin + end) // 2
        line = next(_lines(cluster, middle, whole=False), None)
        if line is not None and line[0] < low:
            begin = middle
        else:
            end = middle
    return _line_at(cluster, begin)


def _line_at(cluster: BinaryIO, at: int) -> int:
    """Where the first whole line from `at` on begins; the stream is left there."""
    cluster.seek(max(at - 1, 0))
    if at:
        cluster.readline()
    return cluster.tell()


def _lines(cluster: BinaryIO, at: int, whole: bool = True) -> Iterator[tuple[bytes, Block]]:
    """(key, block) of the lines from `at` on, which is inside of a line unless `whole`."""
    if whole:
        cluster.seek(at)
    else:
        _line_at(cluster, at)
    while line := cluster.readline():
        fields = line.rstrip(b"\r\n").split(b"\t")
        if len(fields) >= 4:
            yield fields[0].partition(b" ")[0], Block(fields[1].decode(), int(fields[2]), int(fields[3]))


def _inflated(members: bytes) -> bytes:
    """Raises zlib.error where a member is damaged or cut short."""
    plain = []
    while members:
        member = zlib.decompressobj(31)
        plain.append(member.decompress(members))
        if not member.eof:
            raise zlib.error("a block of the index ends early")
        members = member.unused_data
    return b"".join(plain)

"""Common Crawl's index of captures, read by ranges: no query service, and no more of it than the keys asked for.

The index (ZipNum) is a few hundred files `cdx-00000.gz` of gzip members of 3,000 lines each, all sorted by key, and
`cluster.idx`, with the first key and the place of each member. Of `cluster.idx` (some 150 MB for a monthly crawl) some
twenty pieces of 64 KB are read to find where a range of keys begins, then what the range covers. A line of a member is
`key timestamp {"url": ..., "filename": ..., "offset": ..., "length": ...}`.

The index is not trusted: types and ranges are checked, a name stays inside its crawl (an endpoint may be a folder), and
a line that says no such place is told of, so that it becomes a row.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from curate.sources.commoncrawl.url_keys import merged
from curate.sources.record import clean

WINDOW = 1 << 16  # bytes of cluster.idx that one request takes
LINES_A_BLOCK = 3_000
CLUSTER = "cluster.idx"
MOST_PLAIN = 64 << 20  # bytes of an inflated block; a real one has 1 to 3 MB
LONGEST = 1 << 16  # bytes of a line of cluster.idx
FARTHEST = 1 << 36  # no file of a crawl has so many bytes
_NAME = re.compile(r"(?:[A-Za-z0-9_=+-][A-Za-z0-9._=+-]*/)*[A-Za-z0-9_=+-][A-Za-z0-9._=+-]*")
_TEXTS = ("mime", "mime-detected", "languages")


class TooLarge(Exception):
    """A block, or a list of files, that inflates to more than MOST_PLAIN bytes."""


class Block(NamedTuple):
    """A gzip member of a file of the index; or, of the file CLUSTER, a line that says no place of one."""

    file: str
    offset: int
    length: int


class Capture(NamedTuple):
    """Where a record lies in the crawl."""

    file: str
    offset: int
    length: int
    url: str


class Captures(NamedTuple):
    """What is wanted of a block, by place, and the numbers of the lines that say no place in the crawl."""

    found: list[Capture]
    broken: list[int]


def blocks(cluster: BinaryIO, ranges: list[tuple[str, str]]) -> list[Block]:
    """The blocks that may hold keys of `ranges`, in order of place, and the broken lines among theirs."""
    found: set[Block] = set()
    for first, last in merged(ranges):
        low, high = first.encode(), last.encode()
        near: list[Block] = []  # from the last block that begins before the range
        for key, block in _lines(cluster, _begin(cluster, low)):
            if key is not None and key >= high:
                break
            if key is not None and key < low:
                near.clear()
            near.append(block)
        found.update(near)
    return sorted(found)


def captures(members: bytes, crawl: str, subset: dict[str, Any], ranges: list[tuple[str, str]]) -> Captures:
    """Raises zlib.error where a member is damaged or cut short, TooLarge.

    A page that answered with an error lies outside `warc/` and is left out. Of lines that say different things of
    one place the one with the least length counts.
    """
    wanted = merged(ranges)
    types, languages = set(subset.get("types", ())), set(subset.get("languages", ()))
    stated: dict[Capture, int] = {}
    broken = []
    for number, line in enumerate(inflated(members).decode("utf-8", "replace").split("\n")):
        key, _, rest = line.partition(" ")
        text = rest.partition(" ")[2]
        if line.strip() and (not text or any(first <= key < last for first, last in wanted)):
            fields = _fields(text)
            capture = _capture(fields, crawl)
            if capture is None:
                broken.append(number)
            elif "/warc/" in capture.file and _is_wanted(fields, types, languages):
                stated.setdefault(capture, number)
    found: list[Capture] = []
    for capture in sorted(stated):
        if found and capture[:2] == found[-1][:2]:
            broken.append(stated[capture])
        else:
            found.append(capture)
    return Captures(found, sorted(broken))


def is_inside(name: object, folder: str) -> bool:
    """Whether `name` is a path below `folder` and nowhere else."""
    return isinstance(name, str) and name.startswith(f"{folder}/") and _NAME.fullmatch(name) is not None


def inflated(members: bytes) -> bytes:
    """gzip members, joined. Raises zlib.error where one is damaged or cut short, TooLarge."""
    plain, left = [], MOST_PLAIN
    while members:
        member = zlib.decompressobj(31)
        plain.append(member.decompress(members, left + 1))
        left -= len(plain[-1])
        if left < 0:
            raise TooLarge(f"unpacks to more than {MOST_PLAIN >> 20} MB")
        if not member.eof:
            raise zlib.error("a block of the index ends early")
        members = member.unused_data
    return b"".join(plain)


def _fields(text: str) -> dict[str, Any]:
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return stated if isinstance(stated, dict) else {}


def _capture(fields: dict[str, Any], crawl: str) -> Capture | None:
    """None where the line states no place in the crawl, or what it states is of another type than the index's."""
    file, url = fields.get("filename"), clean(fields.get("url"))
    offset, length = _number(fields.get("offset")), _number(fields.get("length"))
    if url is None or offset is None or not length or not is_inside(file, f"crawl-data/{crawl}"):
        return None
    if not all(isinstance(fields.get(name), str | None) for name in _TEXTS):
        return None
    return Capture(str(file), offset, length, url)


def _number(stated: object) -> int | None:
    """A place or a length, as a number or its digits."""
    if isinstance(stated, str) and len(stated) <= 20 and stated.isascii() and stated.isdigit():
        stated = int(stated)
    if isinstance(stated, bool) or not isinstance(stated, int) or not 0 <= stated < FARTHEST:
        return None
    return stated


def _is_wanted(fields: dict[str, Any], types: set[str], languages: set[str]) -> bool:
    if types and (fields.get("mime-detected") or fields.get("mime")) not in types:
        return False
    return not languages or (fields.get("languages") or "").split(",")[0] in languages  # the first is most of the page


def _begin(cluster: BinaryIO, low: bytes) -> int:
    """A place at which a line begins, not behind the last line with a key below `low`, and near it."""
    begin, end = 0, cluster.seek(0, 2)
    while end - begin > WINDOW:
        middle = (begin + end) // 2
        keys = (key for key, _ in _lines(cluster, middle, whole=False) if key is not None)
        key = next(keys, None)
        if key is not None and key < low:
            begin = middle
        else:
            end = middle
    return _line_at(cluster, begin)


def _line_at(cluster: BinaryIO, at: int) -> int:
    """Where the first whole line from `at` on begins; the stream is left there."""
    cluster.seek(max(at - 1, 0))
    if at:
        _line(cluster)
    return cluster.tell()


def _lines(cluster: BinaryIO, at: int, whole: bool = True) -> Iterator[tuple[bytes | None, Block]]:
    """(key, block) of the lines from `at` on, which is inside of a line unless `whole`; no key where one is broken."""
    if whole:
        cluster.seek(at)
    else:
        at = _line_at(cluster, at)
    while line := _line(cluster):
        begin, at = at, cluster.tell()
        if line.strip():
            yield _placed(line) or (None, Block(CLUSTER, begin, at - begin))


def _line(cluster: BinaryIO) -> bytes:
    """The next line; of one that is too long its beginning."""
    line = part = cluster.readline(LONGEST)
    while len(part) == LONGEST and not part.endswith(b"\n"):
        part = cluster.readline(LONGEST)
    return line


def _placed(line: bytes) -> tuple[bytes, Block] | None:
    key, *fields = line.rstrip(b"\r\n").split(b"\t")
    file, *numbers = (field.decode("ascii", "replace") for field in [*fields, b"", b"", b""][:3])
    offset, length = map(_number, numbers)
    if offset is None or not length or length > MOST_PLAIN or "/" in file or not _NAME.fullmatch(file):
        return None
    return key.partition(b" ")[0], Block(file, offset, length)

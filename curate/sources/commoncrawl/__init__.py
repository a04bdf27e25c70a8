"""Common Crawl by its name: the crawl's own list of files, or its index where only a part is wanted.

`crawl: CC-MAIN-2026-40` alone is every file of `warc.paths.gz` (or `wet.paths.gz`): the responses with status 200. With
`subset:` the index says which blocks may hold the hosts, domains or addresses wanted; a piece is then one block of the
index, and its reader fetches the records that the block's lines place in WARC files, each by its range of bytes. A
record has the path of its WARC file and its byte in it either way, so its uid is the same.

Both passes over a crawl (headers, then text) read over the network: a file travels twice. Sizes of pieces are
estimates: of some files the servers are asked.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, BinaryIO, NamedTuple

from curate.sources import sampling, warc
from curate.sources.commoncrawl import crawl_index, url_keys
from curate.sources.commoncrawl.crawl_index import Block, Capture
from curate.sources.commoncrawl.remote_file import open_read, read_bytes, read_range
from curate.sources.compressed import head_of
from curate.sources.record import Options, Piece, Record
from curate.storage import StorageError

GROUP = "web"
DATA_HOST = "https://data.commoncrawl.org"
CRAWLS = "https://index.commoncrawl.org/collinfo.json"
USUAL = {"warc": 1_000_000_000, "wet": 150_000_000}  # bytes of a file, where the server does not say
ASKED = 8  # files of a crawl whose size is asked for, and taken for that of all
HEAD = 1 << 16
LONGEST_LIST = 16 << 20  # bytes of the list of all crawls, which has some 30 KB
RECORD = 20_000  # bytes of a record, compressed
GAP, MOST = 1 << 16, 16 << 20  # neighbours so near are fetched in one request, up to so many bytes
ROOM = 1 << 20  # bytes of a record beside its body
LINE_BITS, BROKEN_LINES = 26, 1 << 62  # of a broken line's offset: no block has so many lines, no file so many bytes
TRIES = 4  # of what is read before a run begins: a user waits for it


class Listed(NamedTuple):
    """A piece of a file of the crawl."""

    path: str
    start: int
    end: int
    bytes: int


def recognise(path: str, head: bytes) -> bool:
    return False  # it is named, not found


def pieces(source: Any, index: int) -> list[Piece]:
    """Those of a source that names a crawl. ValueError where there is no such crawl."""
    endpoint, group = _endpoint(source.settings), source.group or GROUP
    listed = _blocks(endpoint, source) if source.subset else _files(endpoint, source)
    return [Piece("commoncrawl", index, group, f"{endpoint}/{one.path}", *one) for one in listed]


def read(piece: Piece, options: Options) -> Iterator[Record]:
    if piece.path.endswith(f"/{crawl_index.CLUSTER}"):
        yield Record(piece.start, status="broken_index")
        return
    if piece.end >= 0:
        yield from _of_index(piece, options)
        return
    try:
        with open_read(piece.url) as stream:
            yield from _of_file(stream, options)
    except FileNotFoundError:
        yield Record(0, status="not_found")


def _of_file(stream: BinaryIO, options: Options) -> Iterator[Record]:
    """A file without records is one only if it begins like one: a server may answer with a page that says why not."""
    opening = head_of(stream.read(HEAD))
    stream.seek(0)
    found = warc.recognise("", opening)
    for record in warc.records(stream, options):
        found = True
        yield record
    if not found:
        yield Record(0, status="broken_warc")


def _files(endpoint: str, source: Any) -> list[Listed]:
    kind = source.files or "warc"
    path = f"crawl-data/{source.crawl}/{kind}.paths.gz"
    listed = _told(endpoint, source.crawl, path, lambda url: _paths(url, f"crawl-data/{source.crawl}"))
    kept = [path for path in listed if source.sample is None or sampling.keep_file(path, source.sample)]
    kept = kept or sampling.first_file(listed)
    size = _usual_size(tuple(f"{endpoint}/{path}" for path in kept[:ASKED]), USUAL[kind])
    return [Listed(path, 0, -1, size) for path in kept]


def _blocks(endpoint: str, source: Any) -> list[Listed]:
    ranges = tuple(_ranges(source.settings["subset"]))
    folder = f"cc-index/collections/{source.crawl}/indexes"
    found = _told(endpoint, source.crawl, f"{folder}/{crawl_index.CLUSTER}", lambda url: _cluster(url, ranges))
    size = crawl_index.LINES_A_BLOCK * RECORD
    return [Listed(f"{folder}/{one.file}", one.offset, one.offset + one.length, size) for one in found]


@cache
def _paths(url: str, folder: str) -> list[str]:
    """A crawl's files never change, and a run asks for them several times."""
    listed = crawl_index.inflated(read_bytes(url, crawl_index.MOST_PLAIN, TRIES)).decode("utf-8", "replace")
    paths = []
    for found in re.finditer(r"\S+", listed):
        if not crawl_index.is_inside(path := found[0], folder):
            raise ValueError(f"crawl: {url} lists {path[:200]!r}, which is no file of the crawl; is the mirror sound?")
        if "/warc/" in path or "/wet/" in path:
            paths.append(path)
    return paths


@cache
def _usual_size(urls: tuple[str, ...], otherwise: int) -> int:
    """The mean size of some files, for them and for those not asked about."""
    sizes = []
    for url in urls:
        with contextlib.suppress(OSError), open_read(url, 1, TRIES) as stream:
            sizes.append(stream.seek(0, 2))
    return sum(sizes) // len(sizes) if sizes else otherwise


@cache
def _cluster(url: str, ranges: tuple[tuple[str, str], ...]) -> list[Block]:
    with open_read(url, crawl_index.WINDOW, TRIES) as stream:
        return crawl_index.blocks(stream, list(ranges))


def _told(endpoint: str, crawl: str, path: str, read: Any) -> Any:
    """`read` of a file that every crawl has. Where it fails, the list of crawls says whether the name is wrong."""
    url = f"{endpoint}/{path}"
    try:
        return read(url)
    except (OSError, zlib.error, crawl_index.TooLarge) as error:
        known = _crawls(endpoint)
        if known and crawl not in known:
            near = difflib.get_close_matches(crawl, sorted(known), 3, 0.6) or sorted(known)[-3:]
            raise ValueError(f"crawl: there is no {crawl}; the nearest are {', '.join(near)}") from None
        if isinstance(error, FileNotFoundError):
            raise ValueError(
                f"crawl: {endpoint} has no {path}; is {crawl} the right name, as on https://commoncrawl.org?"
            ) from None
        why = error if isinstance(error, OSError) else f"{url}: {error}"
        raise StorageError(
            f"{crawl} cannot be listed: {why}; is there a way to {endpoint}? endpoint: names a mirror"
        ) from error


def _crawls(endpoint: str) -> list[str]:
    url = CRAWLS if endpoint == DATA_HOST else f"{endpoint}/collinfo.json"
    try:
        return [str(one["id"]) for one in json.loads(read_bytes(url, LONGEST_LIST, 1))]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _endpoint(settings: Mapping[str, Any]) -> str:
    return str(settings.get("endpoint") or DATA_HOST).rstrip("/")


def _ranges(subset: dict[str, Any]) -> list[tuple[str, str]]:
    asked = [
        *(pair for host in subset.get("hosts", ()) for pair in url_keys.of_host(host)),
        *(pair for domain in subset.get("domains", ()) for pair in url_keys.of_domain(domain)),
        *(pair for prefix in subset.get("urls", ()) for pair in url_keys.of_prefix(prefix)),
    ]
    return asked or [url_keys.EVERYTHING]


def _of_index(piece: Piece, options: Options) -> Iterator[Record]:
    """The records of a block's captures, in the order of their places, behind a row for each line that names none."""
    crawl, subset = options.settings["crawl"], options.settings["subset"]
    try:
        members = read_range(piece.url, piece.start, piece.end)
        found, broken = crawl_index.captures(members, crawl, subset, _ranges(subset))
    except (zlib.error, crawl_index.TooLarge) as error:
        yield Record(piece.start, status="broken_gzip" if isinstance(error, zlib.error) else "too_large")
        return
    yield from (Record(BROKEN_LINES + (piece.start << LINE_BITS) + line, status="broken_index") for line in broken)
    if options.sample is not None:
        found = [one for one in found if sampling.keep(Record(one.offset, one.url), one.file, options.sample)]
    large = [one for one in found if one.length > options.max_bytes + ROOM]  # not worth the way
    yield from (Record(one.offset, one.url, status="too_large", path=one.file) for one in large)
    for near in _neighbours([one for one in found if one not in large]):
        yield from _fetched(_endpoint(options.settings), near, options)


def _neighbours(captures: list[Capture]) -> Iterator[list[Capture]]:
    """Captures of one file that lie near each other, in groups."""
    group: list[Capture] = []
    for one in captures:
        if group and (
            one.file != group[0].file
            or one.offset > group[-1].offset + group[-1].length + GAP
            or one.offset + one.length > group[0].offset + MOST
        ):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _fetched(endpoint: str, near: list[Capture], options: Options) -> Iterator[Record]:
    start, end = near[0].offset, max(one.offset + one.length for one in near)
    try:
        content = read_range(f"{endpoint}/{near[0].file}", start, end)
    except FileNotFoundError:
        content = None
    for one in near:
        record = Record(0, status="not_found")
        if content is not None:
            member = io.BytesIO(content[one.offset - start : one.offset - start + one.length])
            record = next(warc.records(member, options), Record(0, status="truncated"))
        record.offset, record.path = one.offset, one.file
        record.url = record.url or one.url
        yield record

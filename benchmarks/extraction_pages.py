"""The crawled pages that extraction is measured on, by key, decoded once for all engines.

A key is the WARC's name and the record's offset, as the truth states them; `page.host` is what folds and intervals go
by. Pages are found by the crawl's index, not by our reader, so that no page is missing where that one fails.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from curate.charset import decode

_CHARSET = re.compile(rb"^content-type:[^\r\n]*charset=\s*[\"']?([\w.:-]+)", re.I | re.M)


@dataclass(frozen=True)
class Page:
    key: str
    url: str
    host: str
    set: str  # which collection it is of, as the index says: fundus, sympy-docs ...
    markup: str

    @property
    def body(self) -> bytes:
        """The markup in UTF-8, with what UTF-8 cannot hold replaced: what engines on bytes are given."""
        return self.markup.encode("utf-8", "replace")


def pages(data: Path) -> dict[str, Page]:
    """Every page of the crawl by its key, in the order of the index; what cannot be decoded is an empty page."""
    found = {}
    for row in index(data):
        head, _, body = response(data, row).partition(b"\r\n\r\n")
        stated = _CHARSET.search(head)
        decoded = decode(body, stated.group(1).decode() if stated else None, markup=True)
        key = f"{row['warc']}:{row['offset']}"
        found[key] = Page(key, row["url"], host(row["url"]), row["set"], decoded[0] if decoded else "")
    return found


def index(data: Path) -> Iterator[dict]:
    for path in sorted((data / "web" / "crawl").glob("*.index.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def response(data: Path, row: dict) -> bytes:
    """The HTTP response of a row of the index: headers and body."""
    with (data / "web" / "crawl" / row["warc"]).open("rb") as archive:
        archive.seek(row["offset"])
        record = gzip.decompress(archive.read(row["length"]))
    http = record.partition(b"\r\n\r\n")[2]
    return http[: -len(b"\r\n\r\n")] if http.endswith(b"\r\n\r\n") else http


def host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")

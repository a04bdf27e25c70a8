"""Which records a sample keeps: whole hosts, chosen by hash.

By host, so that what repeats on a site (its boilerplate, its revisions) is as frequent in the sample as in the whole;
duplicates *between* hosts are under-counted, which estimates must say. Records without a URL go by their own identity,
text files and repositories by their path, and where all of a source is one site, which would be in or out as a whole,
records go by their URL. The choice depends on nothing but the name: any machine keeps the same.
"""

from __future__ import annotations

import xxhash

from curate.sources.record import Record
from schemas.identity import uid

WHOLE = ("text", "code")  # kinds whose files are kept or left out whole: a text, a repository
ONE_SITE = ("wikipedia", "stackexchange", "arxiv", "epub", "gutenberg")


def keep(record: Record, path: str, share: float, kind: str = "") -> bool:
    from curate.dedup.urls import host

    name = record.url if kind in ONE_SITE or not record.url else host(record.url)
    hashed = xxhash.xxh3_64_intdigest(name.encode("utf-8", "replace")) if name else uid(path, record.offset)
    return inside(hashed, share)


def keep_file(path: str, share: float) -> bool:
    return inside(_hashed(path), share)


def first_file(paths: list[str]) -> list[str]:
    """Of some paths the one that the smallest sample with a file keeps."""
    return sorted(paths, key=_hashed)[:1]


def inside(hashed: int, share: float) -> bool:
    """Whether a 64-bit hash falls in the first `share` of all."""
    return hashed < share * 2.0**64


def _hashed(path: str) -> int:
    return xxhash.xxh3_64_intdigest(path.encode("utf-8", "surrogateescape"))

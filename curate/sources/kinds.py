"""The kinds of input, and telling what a file is by its first bytes; the name settles what the bytes leave open.

A kind is a module of this package:

- `GROUP`: the group of its documents where the recipe names none;
- `recognise(path, head) -> bool`: whether a file with these first plain bytes is of this kind;
- `read(piece, options) -> Iterator[Record]`: its records, the same n-th record whatever `options.bodies` says;
- `cuts(url, size, head, target) -> list[(start, end, bytes)]`, where the format can be split: pieces of about `target`
  bytes; start and end mean what `read` makes of them, and (0, -1, size) is the whole file;
- `pieces(source, index) -> list[Piece]`, where input is named otherwise than by paths; such a kind also sees to the
  source's sample, so that what is left out is not fetched.
"""

from __future__ import annotations

from types import ModuleType
from typing import BinaryIO

from curate.sources import (
    arxiv,
    code,
    commoncrawl,
    epub,
    gutenberg,
    jsonl,
    parquet,
    stackexchange,
    text,
    warc,
    wet,
    wikipedia,
)
from curate.sources.compressed import compression, head_of

# In the order in which they are asked: `text` takes whatever can be read as such.
KINDS: dict[str, ModuleType] = {
    "epub": epub,
    "parquet": parquet,
    "wet": wet,
    "warc": warc,
    "jsonl": jsonl,
    "wikipedia": wikipedia,
    "stackexchange": stackexchange,
    "arxiv": arxiv,
    "code": code,
    "gutenberg": gutenberg,
    "text": text,
}
KINDS["commoncrawl"] = commoncrawl  # never recognised
HEAD = 1 << 16
BLOCK = {"zstd": 1 << 18, "bz2": 1 << 20}  # bytes that surely hold a whole block: less of a file yields no plain byte


def read_head(stream: BinaryIO) -> bytes:
    """The first stored bytes: as many as it takes to see some plain ones."""
    head = stream.read(HEAD)
    return head + stream.read(BLOCK.get(compression(head) or "", HEAD) - HEAD)


def recognise(path: str, head: bytes) -> str | None:
    """The kind of a file with these first (stored, perhaps compressed) bytes, or None."""
    plain = head_of(head)
    name = path.lower()
    for suffix in (".gz", ".zst", ".bz2", ".xz"):
        name = name.removesuffix(suffix)
    if not plain:
        return None
    return next((kind for kind, module in KINDS.items() if module.recognise(name, plain)), None)


def reader_of(kind: str) -> ModuleType:
    return KINDS[kind]

"""Telling what a file is by its first bytes; the name only settles what the bytes leave open."""

from __future__ import annotations

from types import ModuleType

from curate import storage
from curate.sources import jsonl, parquet, text, warc, wet
from curate.sources.compressed import head_of

# In the order in which they are asked: `text` takes whatever can be read as such.
KINDS: dict[str, ModuleType] = {"parquet": parquet, "wet": wet, "warc": warc, "jsonl": jsonl, "text": text}
HEAD = 1 << 16


def recognise(path: str, head: bytes) -> str | None:
    """The kind of a file with these first (stored, perhaps compressed) bytes, or None."""
    plain = head_of(head)
    name = path.lower()
    for suffix in (".gz", ".zst", ".bz2", ".xz"):
        name = name.removesuffix(suffix)
    if not plain:
        return None
    return next((kind for kind, module in KINDS.items() if module.recognise(name, plain)), None)


def recognise_file(url: str) -> str | None:
    with storage.open_read(url) as stream:
        return recognise(url, stream.read(HEAD))


def reader_of(kind: str) -> ModuleType:
    return KINDS[kind]

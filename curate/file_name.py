"""The name that a document has as a file: of an archive's member, of a text file, of an address; else none."""

from __future__ import annotations

PACKED = (".gz", ".zst", ".bz2", ".xz")


def file_name(member: str | None, source: str | None, path: str | None, url: str | None) -> str:
    """A path with slashes, relative to whatever holds the file. A table of documents is no file of theirs."""
    if member:
        return member
    if source == "text" and path:
        for suffix in PACKED:
            path = path.removesuffix(suffix)
        return path
    return url.split("://", 1)[-1].split("?", 1)[0].split("#", 1)[0].partition("/")[2] if url else ""

"""How many records a file holds, counted naively: nothing here is shared with the readers that are held against it.

WARC records by their headers and stated lengths in each gzip member (ISO 28500); JSON by lines that are not blank; the
revisions of a wiki by their tags; posts of Stack Exchange by their rows, answers to a question apart; papers and files
of a repository by the members that tarfile and zipfile list; a text and a book by file.
"""

from __future__ import annotations

import bz2
import io
import re
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

_HEAD = re.compile(rb"^WARC/[01]\.\d+\r*\n(?:.+\n)*?\r*\n", re.MULTILINE)
_TYPE = re.compile(rb"^WARC-Type:\s*(?:response|resource|conversion)\s*$", re.MULTILINE | re.IGNORECASE)
_LENGTH = re.compile(rb"^Content-Length:\s*(\d+)", re.MULTILINE | re.IGNORECASE)
_QUESTION = re.compile(rb'<row Id="(\d+)" PostTypeId="(?!2")')
_ANSWER = re.compile(rb'<row Id="\d+" PostTypeId="2" ParentId="(\d+)"')


def records(path: Path, kind: str) -> int:
    return COUNTS[kind](path)


def _warc(path: Path) -> int:
    return sum(_wanted(member) for member in _members(path.read_bytes()))


def _jsonl(path: Path) -> int:
    return sum(bool(line.strip()) for line in _plain(path).split(b"\n"))


def _wikipedia(path: Path) -> int:
    return len(re.findall(rb"<revision\b", _plain(path)))


def _stackexchange(path: Path) -> int:
    """Questions and whatever is no answer; answers whose question is not there."""
    table = _plain(path, "Posts.xml")
    posts = set(_QUESTION.findall(table))
    return len(_QUESTION.findall(table)) + sum(parent not in posts for parent in _ANSWER.findall(table))


def _archive(path: Path) -> int:
    content = _plain(path)
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return sum(not info.is_dir() for info in packed.infolist())
    with tarfile.open(fileobj=io.BytesIO(content)) as tape:
        return sum(not member.isdir() for member in tape)


def _one(path: Path) -> int:
    return 1


COUNTS: dict[str, Callable[[Path], int]] = {
    "warc": _warc,
    "wet": _warc,
    "jsonl": _jsonl,
    "wikipedia": _wikipedia,
    "stackexchange": _stackexchange,
    "arxiv": _archive,
    "code": _archive,
    "text": _one,
    "gutenberg": _one,
    "epub": _one,
}


def _plain(path: Path, member: str | None = None) -> bytes:
    """The bytes behind gzip, bzip2 or 7z (of `member`, or of the only one), as far as they go."""
    content = path.read_bytes()
    if content.startswith(b"BZh"):
        return bz2.decompress(content)
    if not content.startswith(b"7z\xbc\xaf"):
        return b"".join(_members(content))
    import py7zr

    with tempfile.TemporaryDirectory() as folder, py7zr.SevenZipFile(path) as packed:
        packed.extract(folder, targets=[member] if member else None)
        return b"".join(file.read_bytes() for file in sorted(Path(folder).rglob("*")) if file.is_file())


def _members(content: bytes) -> list[bytes]:
    """The gzip members of a file, as far as each goes; what is not gzip is one."""
    if not content.startswith(b"\x1f\x8b"):
        return [content]
    members = []
    while content.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        try:
            members.append(member.decompress(content))
        except zlib.error:
            break
        content = member.unused_data
    return members


def _wanted(content: bytes) -> int:
    """Responses, resources and conversions. What lies inside the stated length of a record is none, unless that length
    is wrong: then nothing that starts a record, and no end of the file, stands behind it."""
    count, at = 0, 0
    while head := _HEAD.search(content, at):
        count += bool(_TYPE.search(head[0]))
        length = _LENGTH.search(head[0])
        end = head.end() + (int(length[1]) if length else 0)
        behind = content[end : end + 64].lstrip(b"\r\n")
        right = end <= len(content) and (not behind or behind.startswith(b"WARC/"))
        at = end if right else head.end()
    return count

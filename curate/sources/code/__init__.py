"""Repositories of source code: a tar or zip archive, or a folder, is a piece; each of its files is a record.

What StarCoder and The Stack do before they filter (Kocetkov et al. 2022, 3; Li et al. 2023, 3.1), on archives as
GitHub, package registries and Software Heritage hand them out: the licence of every file is told, and files of a
licence that the source's `licenses` does not admit are rows with the status `license`. No file is left out in silence:
binaries, links and files that are too large are rows too.

Files come in one order, whatever the archive's: the README of the top folder, which says what the rest is about, then
the others by path, as `git ls-files` has them. So `pack` can lay a repository end to end (`mix: keep_together`). To put
them in order, texts wait in a scratch file without a name, in memory up to 64 MB; it costs a second copy of the text.

A member has at most `extract.max_bytes`, an archive 4 GB and 500 times its stored size (and 64 MB) of plain bytes,
names included, and a million members: then comes a last record `too_large`, and nothing after it is read. What is
passed over (pictures, texts that are too large) may be four times as much; a tar that is not compressed may be any
size.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from curate.licenses import allowed, of_header
from curate.sources.archives.tar import COMMENT
from curate.sources.code.members import ZIP, Entry, Unreadable, entries
from curate.sources.code.repository import Licences, address, top_folder
from curate.sources.compressed import Broken
from curate.sources.record import OK, Options, Piece, Record, clean
from curate.sources.text import is_code
from curate.sources.text import recognise as is_text

GROUP = "code"
IN_MEMORY = 64 << 20
MOST_BYTES, MOST_MEMBERS, MOST_RATIO = 4 << 30, 1_000_000, 500
HEAD = 1 << 16
_MOST_PASSED = 4
_LFS = b"version https://git-lfs.github.com/spec/"
_TELLING = re.compile(
    r"readme|licen[sc]e|copying|unlicense|package\.json|setup\.py|pyproject\.toml|cargo\.toml"
    r"|(?:changes|changelog|contributing|contributors|code_of_conduct|news|history)(?:\.(?:md|rst|txt|adoc))?$",
    re.I,
)


@dataclass(slots=True)
class _File:
    offset: int
    path: str
    status: str = OK
    start: int = 0
    size: int = 0
    license: str | None = None


def recognise(path: str, head: bytes) -> bool:
    """A tar or zip file whose first names are those of source code, a README, a licence or package metadata."""
    if head[:4] in ZIP and path.endswith(".zip"):
        names = _zip_names(head)
    elif head[257:262] == b"ustar" and path.endswith((".tar", ".tgz", ".tbz2", ".txz", ".crate")):
        names = _tar_names(head)
    else:
        return False
    return any(is_code(name) or _TELLING.match(name.rsplit("/", 1)[-1]) for name in names)


def read(piece: Piece, options: Options) -> Iterator[Record]:
    """The files of a repository in order, then what broke it off."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        files, broken, commit, licences = _gathered(piece, options, spool)
        top = top_folder([file.path for file in files])
        site = address(piece, top, commit)
        admitted = frozenset(options.settings.get("licenses", ()))
        for file in sorted(files, key=lambda file: _place(file.path.removeprefix(top))):
            yield _record(file, top, site, licences, admitted, spool if options.bodies else None)
        yield from broken


def _gathered(
    piece: Piece, options: Options, spool: IO[bytes]
) -> tuple[list[_File], list[Record], str | None, Licences]:
    """Every member, the texts in `spool`; what broke off; the commit a comment names; and the licences found."""
    files: dict[str, _File] = {}
    replaced: list[_File] = []
    broken: list[Record] = []
    licences, commit, left = Licences(), None, _most_bytes(piece)
    for entry in entries(piece, max(piece.bytes, 0) + _MOST_PASSED * left):
        if len(files) + len(replaced) + len(broken) >= MOST_MEMBERS:
            broken.append(Record(entry.offset, status="too_large"))
            break
        if entry.path is None:
            if entry.status == COMMENT:
                commit = b"".join(entry.chunks).decode("ascii", "replace")
            else:
                broken.append(Record(entry.offset, status=entry.status))
            continue
        path = _shown(entry.path)
        body, status, taken = _body(entry, min(options.max_bytes, left))
        left -= taken + len(path)  # a name may have a megabyte
        if left <= 0:
            broken.append(Record(entry.offset, status="too_large"))
            break
        file = _File(entry.offset, path, status, spool.tell(), len(body))
        if status == OK:
            licences.see(path, body)
            file.license = of_header(body[:4096].decode("latin-1"))
            if options.bodies:
                spool.write(body)
        if path in files:
            replaced.append(files[path])
            replaced[-1].status = "replaced" if replaced[-1].status == OK else replaced[-1].status
        files[path] = file
    return [*files.values(), *replaced], broken, commit, licences


def _most_bytes(piece: Piece) -> int:
    return min(MOST_BYTES, IN_MEMORY + MOST_RATIO * max(piece.bytes, 0))


def _body(entry: Entry, limit: int) -> tuple[bytes, str, int]:
    """(text, status, bytes that were read of it); no text where the status is not ok."""
    if entry.status != OK:
        return b"", entry.status, 0
    body = bytearray()
    looked_at = False
    try:
        for chunk in entry.chunks:
            body += chunk
            if len(body) > limit:
                return b"", "too_large", len(body)
            if not looked_at and len(body) >= HEAD:
                looked_at = True
                if not is_text(entry.path or "", bytes(body[:HEAD])):
                    return b"", "binary", len(body)
    except (Broken, Unreadable) as error:
        return b"", error.args[0], len(body)
    if not is_text(entry.path or "", bytes(body[:HEAD])):
        return b"", "binary", len(body)
    if body.startswith(_LFS):
        return b"", "lfs_pointer", len(body)
    return bytes(body), OK, len(body)


def _record(
    file: _File, top: str, site: str | None, licences: Licences, admitted: frozenset[str], spool: IO[bytes] | None
) -> Record:
    record = Record(file.offset, member=clean(file.path), status=file.status, media=_media(file.path))
    record.url = site and site + _quoted(file.path.removeprefix(top))
    record.license = file.license or licences.of(file.path)
    if record.status == OK and admitted and not allowed(record.license, admitted):
        record.status = "license"
    if record.status == OK and spool is not None:
        spool.seek(file.start)
        record.body = spool.read(file.size)
    return record


def _media(path: str) -> str:
    return "notebook" if path.lower().endswith(".ipynb") else "text"


def _place(path: str) -> tuple[bool, tuple[str, ...]]:
    parts = tuple(path.split("/"))
    return not (len(parts) == 1 and parts[0].lower().startswith("readme")), parts


def _shown(path: str) -> str:
    """Names need not be UTF-8; what is not shows as \\xNN."""
    plain = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return plain.removeprefix("./").replace("\0", "") or "."


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


def _tar_names(head: bytes) -> list[str]:
    blocks = [at for at in range(0, len(head) - 511, 512) if head[at + 257 : at + 262] == b"ustar"]
    return [head[at : at + 100].split(b"\0", 1)[0].decode("latin-1") for at in blocks]


def _zip_names(head: bytes) -> list[str]:
    found = []
    at = 0
    while at >= 0 and at + 30 < len(head):
        length = int.from_bytes(head[at + 26 : at + 28], "little")
        found.append(head[at + 30 : at + 30 + length].decode("latin-1"))
        at = head.find(ZIP[0], at + 30 + length)
    return found

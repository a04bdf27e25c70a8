"""The members of an archive or a folder, one after the other, whatever it is: tar (gz, zst, bz2, xz), zip, folder.

A member is read while it is the current one and in chunks, so no archive decides how much memory it takes. Names are
names: nothing is ever written under them. What breaks an archive off ends the walk with a last member that says so.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import xxhash

from curate import storage
from curate.sources.archives import tar
from curate.sources.archives.tape import Streamed
from curate.sources.archives.tar import COMMENT, FOLDER, LINK, SPECIAL
from curate.sources.archives.watched import Watched
from curate.sources.code.checkouts import ROOT, inside, with_git
from curate.sources.compressed import CHUNK, Broken, chunks
from curate.sources.record import OK, Piece

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_CONTROL = (".git", ".hg", ".svn", ".bzr")  # a version control system's own files


class Unreadable(Exception):
    """One member cannot be read; `args[0]` is its status."""


class Entry(NamedTuple):
    """A member: its ordinal, its path (None: of the archive itself), a status, and its bytes while it is current."""

    offset: int
    path: str | None
    status: str
    chunks: Iterator[bytes] = iter(())


def entries(piece: Piece, limit: int) -> Iterator[Entry]:
    """Files, links and other things that are no folder, in the order in which they are stored.

    Of a tar at most `limit` plain bytes are read, members that nobody asks for included.
    """
    if storage.is_folder(piece.url):
        yield from _folder(piece.url)
        return
    with storage.open_read(piece.url) as stream:
        is_zip = stream.read(4) in ZIP
        stream.seek(0)
        yield from _zip(stream) if is_zip else _tar(stream, limit)


def _folder(url: str) -> Iterator[Entry]:
    """Files but of a version control system and of checkouts further down, which are repositories of their own.

    An offset is a hash of the path, so that a file that is added or taken away changes no other's identity.
    """
    root = (storage.local_path(url) or url).rstrip("/") + "/"
    files = {file.removeprefix(root): file for file in storage.list_files(url)}
    nested = with_git(list(files)) - {ROOT}
    for path, file in files.items():
        if any(part in _CONTROL for part in path.split("/")) or inside(path, nested):
            continue
        offset = xxhash.xxh3_64_intdigest(path.encode("utf-8", "surrogateescape")) >> 1
        if storage.is_link(file):
            yield Entry(offset, path, LINK)
        elif storage.is_special(file):
            yield Entry(offset, path, SPECIAL)
        else:
            yield Entry(offset, path, OK, _file_chunks(file))


def _file_chunks(file: str) -> Iterator[bytes]:
    try:
        with storage.open_read(file) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except (PermissionError, FileNotFoundError) as error:  # what else fails is the disk, and no file's fault
        raise Unreadable("unreadable") from error


def _tar(stream: BinaryIO, limit: int) -> Iterator[Entry]:
    """Offsets are ordinals; folders and damaged stretches count."""
    tape = Streamed(chunks(stream), limit)
    ordinal = -1
    try:
        for member in tar.members(tape):
            if member.status == COMMENT:
                yield Entry(-1, None, COMMENT, iter((member.name.encode("ascii", "replace")[:100],)))
                continue
            ordinal += 1
            if member.status in (tar.BROKEN, tar.TRUNCATED):
                yield Entry(ordinal, None, member.status)
            elif member.status != FOLDER:
                content = tape.content(member.size)
                yield Entry(ordinal, member.name, member.status, content)
                for _ in content:  # what the reader left
                    pass
    except Broken as broken:
        yield Entry(ordinal + 1, None, broken.args[0])


def _zip(stream: BinaryIO) -> Iterator[Entry]:
    """Offsets are ordinals in the central directory."""
    watched = Watched(stream)
    try:
        archive = zipfile.ZipFile(watched)
        listed = archive.infolist()
    except Exception:  # as below: names, sizes and counts of a damaged directory fail in many ways
        watched.raise_if_failed()
        yield Entry(0, None, "broken_zip")
        return
    commit = archive.comment.decode("ascii", "replace")
    if commit:
        yield Entry(-1, None, COMMENT, iter((archive.comment[:100],)))
    for ordinal, info in enumerate(listed):
        mode = info.external_attr >> 16 & 0o170000
        if info.filename.endswith("/"):  # `is_dir` fails on a member without a name
            continue
        if mode == 0o120000:
            yield Entry(ordinal, info.filename, LINK)
        elif info.flag_bits & 1:
            yield Entry(ordinal, info.filename, "encrypted")
        else:
            yield Entry(ordinal, info.filename, OK, _zip_chunks(archive, info, watched))


def _zip_chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, watched: Watched) -> Iterator[bytes]:
    try:
        with archive.open(info) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except Exception as error:  # zipfile raises some ten kinds for a damaged member, and each costs this member only
        watched.raise_if_failed()
        raise Unreadable("broken_zip") from error

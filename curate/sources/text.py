"""Plain text, source code and saved web pages: a file is a record.

What counts as text is decided on the first 64 KB, not on the name: no NUL (but for UTF-16 and UTF-32 with a byte
order mark), hardly a control character, and none of the openings of formats that only look like text. The bytes are
decoded later, in `curate.charset`, where all sources meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curate import storage
from curate.sources.compressed import Broken, chunks
from curate.sources.record import OK, Options, Piece, Record

# Text by its bytes, but each a format of its own: archives, dumps and papers, for which there are or will be readers.
_OTHER = (b"%PDF", b"%!PS", b"filedesc:", b"{\\rtf", b"GIF8", b"!<arch>", b"7z\xbc\xaf")
_DUMP = re.compile(rb"(?:<\?xml[^>]*\?>\s*)?<mediawiki\b")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_HTML = re.compile(rb"(?:<!--.*?-->|<\?xml[^>]*\?>|\s)*<(?:!doctype html|html)\b", re.I | re.S)

_CODE_SUFFIXES = """
    py pyi pyx c h cc cpp cxx hpp hh cu cuh rs go java kt kts scala js jsx mjs ts tsx rb php pl pm lua r jl swift m mm
    cs fs vb sh bash zsh fish ps1 sql hs ml mli ex exs erl clj lisp el scm asm s f f90 f95 cmake mk proto zig nim dart
    v sv vhd tcl groovy gradle toml yaml yml ini cfg json css scss less ipynb
"""
CODE = frozenset(_CODE_SUFFIXES.split())

GROUP = "books"  # source code is `code`, by its name


def recognise(path: str, head: bytes) -> bool:
    if head.startswith(_WIDE):
        return True
    if head.startswith(_OTHER) or _DUMP.match(head.lstrip(b"\xef\xbb\xbf")) or b"\0" in head:
        return False
    return len(_BINARY.findall(head)) * 100 <= len(head)


def is_code(path: str) -> bool:
    """Whether the name is that of source code or configuration."""
    name = path.rsplit("/", 1)[-1].lower()
    for suffix in (".gz", ".zst", ".bz2", ".xz"):
        name = name.removesuffix(suffix)
    return name.rpartition(".")[2] in CODE if "." in name else name in ("makefile", "dockerfile")


def looks_like_html(body: bytes) -> bool:
    return _HTML.match(body[:4096].lstrip(b"\xef\xbb\xbf")) is not None


def read(piece: Piece, options: Options) -> Iterator[Record]:
    """One record; a second with the status where the file breaks off, since what came before the break is good."""
    record = Record(0, media="text")
    broken = ""
    body = bytearray()
    with storage.open_read(piece.url) as stream:
        try:
            for chunk in chunks(stream):
                body += chunk
                if len(body) > options.max_bytes:
                    record.status = "too_large"
                    break
        except Broken as error:
            broken = error.args[0]
    if piece.path.endswith(".ipynb"):
        record.media = "notebook"
    elif looks_like_html(bytes(body[:4096])):
        record.media = "html"
    if record.status == OK and not body.strip():
        record.status = "empty"
    if options.bodies and record.status == OK:
        record.body = bytes(body)
    yield record
    if broken:
        yield Record(max(len(body), 1), status=broken)  # another place than the first, whatever there was of it

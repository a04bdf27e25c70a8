"""The source of one paper as arXiv stores it, to one string of TeX: unpacked in memory, decoded, inputs joined.

Pictures and data are passed over as they stream by: only files that TeX could input are held, all of them together
within `max_bytes`, and of the rest at most `_MOST_PASSED` times as much is decompressed. What is packed inside the
package stays packed, so that nesting gains a bomb nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from curate.sources.archives.tape import Streamed
from curate.sources.archives.tar import BLOCK, is_header, members
from curate.sources.arxiv.tex_inputs import joined, main_file
from curate.sources.compressed import Broken, chunks
from curate.sources.record import OK

_MOST_PASSED = 16
_MOST_MEMBERS = 20_000
_TEX = (".tex", ".ltx", ".latex", ".sty", ".txt", ".inp", ".json", ".xxx")
_ENCODING = re.compile(rb"\\usepackage\s*\[\s*(latin1|latin9|ansinew|cp125\d|applemac|latin2)\s*\]\s*\{inputenc\}")
_CODECS = {b"ansinew": "cp1252", b"applemac": "mac-roman", b"latin1": "cp1252", b"latin9": "iso-8859-15"}
_SIGN_OF_TEX = re.compile(rb"\\(?:document(?:class|style)|begin|input|magnification|def|font|section|hsize|bye)\b")
_WITHDRAWN = re.compile(rb"\s*%auto-ignore|.{0,400}\b(?:has been|was|is) withdrawn\b", re.I | re.S)


def looks_like_tex(head: bytes) -> bool:
    return b"\0" not in head and not head.startswith((b"%PDF", b"%!PS")) and _SIGN_OF_TEX.search(head) is not None


def source(content: bytes, max_bytes: int) -> tuple[str, str]:
    """(status, joined TeX) of a paper's stored bytes."""
    try:
        return _source(content, max_bytes)
    except Broken as broken:
        return broken.args[0], ""


def _source(content: bytes, max_bytes: int) -> tuple[str, str]:
    if not content:
        return "empty", ""
    plain = chunks(io.BytesIO(content))
    opening = next(plain, b"")
    tape = Streamed(_again(opening, plain), _MOST_PASSED * max_bytes)
    if is_header(opening[:BLOCK]):
        files = _files(tape, max_bytes)
    else:
        alone = tape.take(max_bytes + 1)
        if len(alone) > max_bytes:
            return "too_large", ""
        if status := _status_of_one(alone):
            return status, ""
        files = {"paper.tex": alone}
    return _joined(files, max_bytes)


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _files(tape: Streamed, max_bytes: int) -> dict[str, bytes]:
    """The files that TeX could input, by name; the last of a name wins, as when they are unpacked."""
    files: dict[str, bytes] = {}
    held = 0
    for number, member in enumerate(members(tape)):
        if number >= _MOST_MEMBERS:
            raise Broken("too_large")
        name = member.name.removeprefix("./")
        if member.status != OK or not _is_tex(name):
            continue
        held += member.size
        if held > max_bytes:
            raise Broken("too_large")
        files[name] = b"".join(tape.content(member.size))
    return files


def _is_tex(name: str) -> bool:
    last = name.rsplit("/", 1)[-1].lower()
    return last.endswith(_TEX) or "." not in last or last.startswith("00readme")


def _status_of_one(content: bytes) -> str:
    """Why a single file is no TeX, if it is none."""
    if not content.strip():
        return "empty"
    if content.startswith(b"%PDF"):
        return "pdf_only"
    if content.startswith((b"%!PS", b"\x04%!PS")):
        return "postscript_only"
    if _is_withdrawn(content):
        return "withdrawn"
    return "" if b"\0" not in content and b"\\" in content else "no_main_tex"


def _is_withdrawn(content: bytes) -> bool:
    return len(content) < 4096 and b"\\begin" not in content and _WITHDRAWN.match(content) is not None


def _joined(files: dict[str, bytes], max_bytes: int) -> tuple[str, str]:
    texts = {name: _decoded(content) for name, content in sorted(files.items())}
    if files and all(_is_withdrawn(content) for content in files.values()):
        return "withdrawn", ""
    main = main_file(texts)
    if main is None:
        return "no_main_tex", ""
    body = joined(texts, main, max_bytes)
    return (OK, body) if len(body) <= max_bytes else ("too_large", "")


def _decoded(content: bytes) -> str:
    """Files of one paper may differ; what is no UTF-8 is what its preamble says, else windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        stated = _ENCODING.search(content)
        codec = _CODECS.get(stated.group(1), stated.group(1).decode()) if stated else "cp1252"
        return content.decode(codec, "replace")

"""The members of a tar archive, read forward, nothing trusted and nothing written: ustar, GNU and pax.

An own reader of headers and not the standard library's, since here the byte at which a member lies must be known (it is
the identity of arXiv's records, and where large archives are cut), a damaged header must cost its member alone, and no
length that an archive states may be believed: `tarfile` reads extended headers of any stated size into memory. Here
they have at most 1 MB, and only `path`, `size` and git's `comment` are looked at; sparse files are set aside; links,
devices and folders hold nothing; names are only ever labels. Costs 10 microseconds a member.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curate.sources.archives.tape import Tape
from curate.sources.record import OK

BLOCK = 512
FOLDER, LINK, SPECIAL = "folder", "link", "special_file"
BROKEN, TRUNCATED = "broken_tar", "truncated"
COMMENT = "comment"  # what is no member but a remark on the archive: git writes the commit there
_LONGEST_HEADER = 1 << 20
_LONG_NAME, _LONG_LINK, _PAX, _PAX_ALL = b"L", b"K", b"x", b"g"
_EXTENDED = (_LONG_NAME, _LONG_LINK, _PAX, _PAX_ALL)
_HOLD_NOTHING = (b"1", b"2", b"3", b"4", b"5", b"6")
_STATUS = {b"0": OK, b"\0": OK, b"7": OK, b"1": LINK, b"2": LINK, b"5": FOLDER}


@dataclass(frozen=True, slots=True)
class Member:
    offset: int  # of the first header block that belongs to it
    name: str  # the remark itself where the status is `comment`
    size: int
    status: str = OK


def is_header(block: bytes) -> bool:
    """Whether these 512 bytes are a header with a right checksum; some old programs summed signed bytes."""
    if len(block) < BLOCK or (stated := _number(block[148:156])) is None:
        return False
    summed = block[:148] + b" " * 8 + block[156:]
    return stated == sum(summed) or stated == sum(byte - 256 if byte > 127 else byte for byte in summed)


def members(tape: Tape) -> Iterator[Member]:
    """Every member in order; its content may be taken from `tape` before the next one is asked for.

    Blocks of zeros are passed over, at the end of an archive or between two. A damaged stretch is one member
    `broken_tar`, and the next header that can be read follows; `truncated` is one whose header is cut short.
    """
    stated: dict[str, str] = {}  # by extended headers, of the member behind them
    first, damaged = -1, False
    while block := tape.take(BLOCK):
        if not block.strip(b"\0"):
            continue
        offset, kind = tape.position - len(block), block[156:157]
        size = _number(block[124:136]) if is_header(block) else None
        if len(block) < BLOCK:
            yield Member(offset, "", 0, TRUNCATED)
            return
        if size is None or (kind in _EXTENDED and size > _LONGEST_HEADER):
            if not damaged:
                yield Member(offset, "", 0, BROKEN)
            stated, first, damaged = {}, -1, True
            continue
        damaged, first = False, offset if first < 0 else first
        end = tape.position + _padded(size)
        if kind in _EXTENDED:
            about = tape.take(size)
            if len(about) < size:
                yield Member(first, "", 0, TRUNCATED)
                return
            found = _told(about, kind)
            if kind == _PAX_ALL and "comment" in found:
                yield Member(offset, found["comment"], 0, COMMENT)
            stated |= found if kind != _PAX_ALL else {}
        else:
            member = _member(first, block, size, stated)
            end = tape.position + _padded(member.size)
            yield member
            stated, first = {}, -1
        tape.skip(end - tape.position)


def _padded(size: int) -> int:
    return size + -size % BLOCK


def _told(body: bytes, kind: bytes) -> dict[str, str]:
    """`path`, `size`, `comment`, and `sparse` if it is one, of a pax header or a GNU long name."""
    if kind in (_LONG_NAME, _LONG_LINK):
        return {"path": _text(body.split(b"\0", 1)[0])} if kind == _LONG_NAME else {}
    found: dict[str, str] = {}
    at = 0
    while (space := body.find(b" ", at, at + 8)) > at and body[at:space].isdigit():
        end = at + int(body[at:space])
        if not space + 2 < end <= len(body):
            break
        key, _, value = body[space + 1 : end - 1].partition(b"=")
        if key in (b"path", b"size", b"comment"):
            found[key.decode()] = _text(value)
        elif key.startswith(b"GNU.sparse"):
            found["sparse"] = "yes"
        at = end
    return found


def _member(offset: int, block: bytes, size: int, stated: dict[str, str]) -> Member:
    kind, name = block[156:157], stated.get("path") or _name(block)
    if kind in _HOLD_NOTHING:
        size = 0
    elif re.fullmatch(r"[0-9]{1,18}", stated.get("size", "")):
        size = int(stated["size"])
    status = _STATUS.get(kind, SPECIAL)
    if status == OK and ("sparse" in stated or name.endswith("/")):
        status = SPECIAL if "sparse" in stated else FOLDER
    return Member(offset, name, size, status)


def _name(block: bytes) -> str:
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0] if block[257:263] == b"ustar\0" else b""
    return _text(prefix + b"/" + name if prefix else name)


def _text(name: bytes) -> str:
    """Names need not be UTF-8; what is not shows as \\xNN."""
    return name.decode("utf-8", "backslashreplace")


def _number(field: bytes) -> int | None:
    """Octal digits, or base 256 behind a set high bit; None for what is neither, or negative."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big") if field[0] == 0x80 and not any(field[1:5]) else None
    digits = field.split(b"\0", 1)[0].strip(b" ")
    if not digits:
        return 0
    return int(digits, 8) if re.fullmatch(rb"[0-7]+", digits) else None

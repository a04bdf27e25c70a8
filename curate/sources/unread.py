"""Why a file is not read: what its first bytes say that it is.

For the ledger and the receipt, so that who pointed at a folder sees at once whether something of use was left: a name
helps where `unknown kind` alone sends people to `file`. Signatures as in the formats' own specifications.
"""

from __future__ import annotations

import re

REASON = "unknown kind"
_SIGNATURES = (
    ("picture", rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF....WEBP|....ftyp(?:avif|heic|heix)"),
    ("sound or film", rb"ID3|\xff[\xf2\xf3\xfb]|OggS|fLaC|RIFF....(?:WAVE|AVI )|....ftyp|\x1aE\xdf\xa3"),
    ("PDF", rb"%PDF"),
    ("PostScript", rb"%!PS"),
    ("RTF", rb"{\\rtf"),
    ("Office document", rb"\xd0\xcf\x11\xe0|PK\x03\x04.{26}(?:\[Content_Types\]|word/|xl/|mimetypeapplication/vnd)"),
    ("ARC file; convert it to WARC", rb"filedesc:"),
    ("zip archive", rb"PK[\x03\x05][\x04\x06]"),
    ("7z archive", rb"7z\xbc\xaf"),
    ("RAR archive", rb"Rar!\x1a"),
    ("tar archive", rb".{257}ustar"),
    ("ar archive", rb"!<arch>"),
    ("SQLite database", rb"SQLite format 3"),
    ("program", rb"\x7fELF|MZ.{58}|\xca\xfe\xba\xbe|\xfe\xed\xfa|\xcf\xfa\xed\xfe"),
    ("font", rb"\0\x01\0\0\0|OTTO|wOF[F2]"),
)
_FORMATS = tuple((name, re.compile(signature, re.S)) for name, signature in _SIGNATURES)


def reason(head: bytes) -> str:
    """`unknown kind`, and of what kind it is if that can be told from its first plain bytes."""
    name = next((name for name, signature in _FORMATS if signature.match(head)), None)
    return f"{REASON}: {name}" if name else REASON

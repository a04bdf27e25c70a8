"""Stack Exchange dumps to order."""

import io
import struct
import zlib
from xml.sax.saxutils import quoteattr

import py7zr


def row(**attributes: object) -> str:
    """A row of a table; line ends are written as the dumps write them."""
    stated = (f"{name}={quoteattr(str(value), {chr(10): '&#xA;'})}" for name, value in attributes.items())
    return f"  <row {' '.join(stated)} />"


def question(number: int, title: str = "Why?", body: str = "<p>asked</p>", score: int = 1, **more: object) -> str:
    written = "2014-01-21T20:26:05.383"
    return row(Id=number, PostTypeId=1, CreationDate=written, Score=score, Body=body, Title=title, **more)


def answer(number: int, parent: int, body: str = "<p>answered</p>", score: int = 1, **more: object) -> str:
    written = "2015-01-21T20:26:05.383"
    return row(Id=number, PostTypeId=2, ParentId=parent, CreationDate=written, Score=score, Body=body, **more)


def posts(*rows: str) -> bytes:
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<posts>", *rows, "</posts>"]
    return b"\xef\xbb\xbf" + "\r\n".join(lines).encode()


def with_stated_size(content: bytes, stated: int) -> bytes:
    """An archive with a Posts.xml that is said to unpack to `stated` bytes; its checksums are right."""
    from py7zr.archiveinfo import write_uint64

    def number(value: int) -> bytes:
        held = io.BytesIO()
        write_uint64(held, value)
        return held.getvalue()

    held = io.BytesIO()
    with py7zr.SevenZipFile(held, "w") as made:
        made.set_encoded_header_mode(False)
        made.writestr(content, "Posts.xml")
    packed = held.getvalue()
    at, size = struct.unpack("<QQ", packed[12:28])
    sizes = b"\x0c" + number(len(content)) * 2  # of both coders
    header = packed[32 + at : 32 + at + size].replace(sizes, b"\x0c" + number(stated) * 2)
    start = struct.pack("<QQL", at, len(header), zlib.crc32(header))
    return packed[:8] + struct.pack("<L", zlib.crc32(start)) + start + packed[32 : 32 + at] + header


def archive(members: dict[str, bytes], filters: list[dict] | None = None, password: str | None = None) -> bytes:
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w", filters=filters, password=password) as made:
        for name, content in members.items():
            made.writestr(content, name)
    return packed.getvalue()

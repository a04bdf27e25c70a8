"""Stack Exchange dumps to order."""

import io
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


def archive(members: dict[str, bytes], filters: list[dict] | None = None, password: str | None = None) -> bytes:
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w", filters=filters, password=password) as made:
        for name, content in members.items():
            made.writestr(content, name)
    return packed.getvalue()

"""An HTTP message as crawls store it: headers apart, body decoded, whatever the headers claim.

Crawlers often store a body already dechunked or unzipped under headers that say otherwise (ClueWeb, some wget files),
so a coding is undone only where the bytes look coded, and a broken body gives what could be decoded of it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class TooLarge(Exception):
    """The decoded body is over the limit."""


def split(message: bytes) -> tuple[int | None, dict[str, str], int]:
    """(status code, headers by lower-case name, start of the body). Repeated headers are joined by a comma."""
    end = _HEAD_END.search(message)
    head = message[: end.start()] if end else message
    first, *rest = head.decode("latin-1").replace("\r\n", "\n").split("\n")
    code = re.match(r"HTTP/\S+\s+(\d{3})\b", first)
    headers: dict[str, str] = {}
    for line in rest:
        name, colon, value = line.partition(":")
        if colon:
            name, value = name.strip().lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return int(code.group(1)) if code else None, headers, end.end() if end else len(message)


def decoded(body: bytes, headers: Mapping[str, str], limit: int) -> bytes:
    """The body without its transfer and content codings; raises TooLarge."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _dechunked(body)
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")):
        body = _undo(coding.strip(), body, limit)
    if len(body) > limit:
        raise TooLarge
    return body


def _dechunked(body: bytes) -> bytes:
    """Chunks joined; what does not look like a chunk, from there to the end, as it is."""
    parts = []
    at = 0
    while header := _CHUNK_SIZE.match(body, at):
        size = int(header.group(1), 16)
        parts.append(body[header.end() : header.end() + size])
        if size == 0 or header.end() + size >= len(body):
            return b"".join(parts)
        at = header.end() + size
        if body[at : at + 2] == b"\r\n":
            at += 2
        elif body[at : at + 1] == b"\n":
            at += 1
    return b"".join([*parts, body[at:]])


def _undo(coding: str, body: bytes, limit: int) -> bytes:
    if coding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
        return _inflated(body, 31, limit)
    if coding == "deflate" and body:
        return _inflated(body, 15 if body[0] & 15 == 8 else -15, limit) or body
    if coding == "br":
        return _unbrotlied(body, limit)
    if coding == "zstd" and body.startswith(b"\x28\xb5\x2f\xfd"):
        return _unzstd(body, limit)
    return body


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    plain = b""
    inflate = zlib.decompressobj(window)
    try:
        while body and not inflate.eof and len(plain) <= limit:
            plain += inflate.decompress(body, 1 << 20)
            body = inflate.unconsumed_tail
    except zlib.error:
        pass  # a body cut short keeps its beginning
    if len(plain) > limit:
        raise TooLarge
    return plain


def _unbrotlied(body: bytes, limit: int) -> bytes:
    import brotli

    plain = b""
    decompressor = brotli.Decompressor()
    try:
        plain = decompressor.process(body, output_buffer_limit=1 << 20)
        while not decompressor.can_accept_more_data() and not decompressor.is_finished() and len(plain) <= limit:
            plain += decompressor.process(b"", output_buffer_limit=1 << 20)
    except brotli.error:
        if not plain:
            return body  # stored without the coding that its header names
    if len(plain) > limit:
        raise TooLarge
    return plain


def _unzstd(body: bytes, limit: int) -> bytes:
    import io

    from curate.sources.compressed import Broken, chunks

    plain = b""
    try:
        for chunk in chunks(io.BytesIO(body)):
            plain += chunk
            if len(plain) > limit:
                raise TooLarge
    except Broken:
        pass
    return plain

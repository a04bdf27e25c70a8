"""Writes response records as WARC/1.0, one gzip member a record, and nothing that depends on the clock.

Bodies go out plain, gzip-encoded or chunked, by turns, since real crawls hold all three.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A capture: `date` is ISO 8601 in UTC; `body` the bytes a browser would see."""

    url: str
    body: bytes
    date: str = "2026-01-15T12:00:00Z"
    content_type: str = "text/html; charset=utf-8"
    encoding: str = ""  # "", "gzip", "chunked", or "raw gzip": called gzip though it is not


def record(page: Page) -> bytes:
    """The gzip member of one response record."""
    payload, header = _encoded(page)
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {page.content_type}\r\n{header}\r\n".encode() + payload
    digest = base64.b32encode(hashlib.sha1(payload).digest()).decode()
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, page.url + page.date)}>\r\n"
        f"WARC-Date: {page.date}\r\nWARC-Target-URI: {page.url}\r\nWARC-Payload-Digest: sha1:{digest}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", 6, mtime=0)


def warcinfo() -> bytes:
    """The record that opens a file; it is not a document."""
    block = b"software: a demonstration\r\nformat: WARC File Format 1.0\r\n"
    head = (
        "WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:00000000-0000-5000-8000-000000000000>\r\n"
        "WARC-Date: 2026-01-15T12:00:00Z\r\nContent-Type: application/warc-fields\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 6, mtime=0)


def _encoded(page: Page) -> tuple[bytes, str]:
    if page.encoding == "gzip":
        payload = gzip.compress(page.body, 6, mtime=0)
        return payload, f"Content-Encoding: gzip\r\nContent-Length: {len(payload)}\r\n"
    if page.encoding == "raw gzip":
        return page.body, f"Content-Encoding: gzip\r\nContent-Length: {len(page.body)}\r\n"
    if page.encoding == "chunked":
        pieces = [page.body[at : at + 4096] for at in range(0, len(page.body), 4096)]
        return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n", "Transfer-Encoding: chunked\r\n"
    return page.body, f"Content-Length: {len(page.body)}\r\n"

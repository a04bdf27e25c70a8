"""WARC files made by hand."""

import gzip


def response(url: str, body: bytes, headers: str = "Content-Type: text/html", kind: str = "response") -> bytes:
    """One plain WARC record."""
    block = f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + body if kind == "response" else body
    block_type = "application/http; msgtype=response" if kind == "response" else "text/plain"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\nContent-Type: {block_type}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def members(*records: bytes) -> bytes:
    """One gzip member a record, as crawls store them."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)

"""A crawl as Common Crawl lays it out, made by hand, and a server on this machine that gives it by ranges, with faults.

`make(folder)` writes crawl-data/ and cc-index/; `Served(folder)` answers for it. A fault is one function for the next
request of a path that ends so: `server.faults["a.warc.gz"] = [status(503), cut(100)]`; each is spent once.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.sources.warcs import members, response

CRAWL = "CC-MAIN-2026-40"
SEGMENTS = f"crawl-data/{CRAWL}/segments/1700.1/"
INDEX = f"cc-index/collections/{CRAWL}/indexes"
LINES = 4  # of a block of this index; the real one has 3,000
HOSTS = [*(f"site{n}.example" for n in range(9)), "docs.example.org", "www.example.org", "example.org.evil.test"]
Fault = Callable[[BaseHTTPRequestHandler, bytes, int, int], bool]  # whether it answered


def make(folder: Path, pages: int = 5) -> list[str]:
    """A crawl of two WARC files, with one of errors beside them; the paths of the two."""
    names = [f"{SEGMENTS}warc/CC-MAIN-{n:05d}.warc.gz" for n in range(2)]
    errors = f"{SEGMENTS}crawldiagnostics/CC-MAIN-00000.warc.gz"
    lines: list[str] = []
    for number, name in enumerate([*names, errors]):
        held = [
            (f"https://{host}/page/{k}", host) for k in range(pages) for host in HOSTS if (k + len(host)) % 3 == number
        ]
        _warc(folder / name, name, held, lines)
    _write(folder / f"crawl-data/{CRAWL}/warc.paths.gz", gzip.compress("\n".join(names).encode() + b"\n"))
    _wet(folder)
    _write(folder / "collinfo.json", json.dumps([{"id": CRAWL}, {"id": "CC-MAIN-2026-35"}]).encode())
    _index(folder, sorted(lines, key=str.encode))
    return names


def _warc(path: Path, name: str, held: list[tuple[str, str]], lines: list[str]) -> None:
    content = gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n", mtime=0)
    for url, host in held:
        body = f"<html><body><p>{_prose(url)}</p></body></html>".encode()
        record = gzip.compress(response(url, body, f"Content-Type: text/html\r\nX-Host: {host}"), mtime=0)
        stated = {"url": url, "mime": "text/html", "mime-detected": "text/html", "status": "200", "filename": name}
        stated |= {"languages": "deu,eng" if "site1" in host else "eng"}
        stated |= {"offset": str(len(content)), "length": str(len(record))}
        lines.append(f"{_key(url)} 20260901000000 {json.dumps(stated)}")
        content += record + gzip.compress(response(url, b"x", kind="metadata"), mtime=0)
    _write(path, content)


def _wet(folder: Path) -> None:
    name = f"{SEGMENTS}wet/CC-MAIN-00000.warc.wet.gz"
    texts = [response(f"https://{host}/", _prose(host).encode(), kind="conversion") for host in HOSTS]
    _write(folder / name, members(*texts))
    _write(folder / f"crawl-data/{CRAWL}/wet.paths.gz", gzip.compress(f"{name}\n".encode()))


def _index(folder: Path, lines: list[str]) -> None:
    cluster, content = [], b""
    for number, at in enumerate(range(0, len(lines), LINES)):
        block = gzip.compress("".join(f"{line}\n" for line in lines[at : at + LINES]).encode(), mtime=0)
        key = " ".join(lines[at].split(" ")[:2])
        cluster.append(f"{key}\tcdx-00000.gz\t{len(content)}\t{len(block)}\t{number + 1}\n")
        content += block
    _write(folder / INDEX / "cdx-00000.gz", content)
    _write(folder / INDEX / "cluster.idx", "".join(cluster).encode())


def _key(url: str) -> str:
    host, _, path = url.removeprefix("https://").partition("/")
    return ",".join(reversed(host.removeprefix("www.").split("."))) + ")/" + path


def _prose(url: str) -> str:
    words = f"The page at {url} speaks of rivers and of mountains that nobody in the village had seen before".split()
    return " ".join(words[k % len(words)] for k in range(120 + len(url)))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


class Served:
    """The folder on http://127.0.0.1, with the faults that a test asks for; `asked` lists (path, range, agent)."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.faults, self.asked = folder, {}, []  # type: Path, dict[str, list[Fault]], list[tuple]
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                served.answer(self)

            def log_message(self, *args: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = self.folder / handler.path.lstrip("/")
        asked = handler.headers.get("Range", "")
        self.asked.append((handler.path, asked, handler.headers.get("User-Agent")))
        if not path.is_file():
            handler.send_error(404)
            return
        content = path.read_bytes()
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked)
        start, end = (
            (int(found[1]), min(int(found[2] or len(content)) + 1, len(content))) if found else (0, len(content))
        )
        for ending, faults in self.faults.items():
            if handler.path.endswith(ending) and faults and faults.pop(0)(handler, content, start, end):
                return
        if start >= len(content):
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(content)}")
            handler.end_headers()
            return
        give(handler, content, start, end)


def give(handler: BaseHTTPRequestHandler, content: bytes, start: int, end: int, *, stated: int | None = None) -> None:
    handler.send_response(206)
    first = start if stated is None else stated
    handler.send_header("Content-Range", f"bytes {first}-{first + end - start - 1}/{len(content)}")
    handler.send_header("Content-Length", str(end - start))
    handler.send_header("ETag", f'"{len(content)}"')
    handler.end_headers()
    handler.wfile.write(content[start:end])


def status(code: int, **headers: str) -> Fault:
    def fault(handler: BaseHTTPRequestHandler, content: bytes, start: int, end: int) -> bool:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(b"<Error><Code>SlowDown</Code></Error>")
        return True

    return fault


def cut(after: int) -> Fault:
    """The connection ends after so many bytes of the body."""

    def fault(handler: BaseHTTPRequestHandler, content: bytes, start: int, end: int) -> bool:
        give(_Short(handler, after), content, start, end)  # type: ignore[arg-type]
        handler.close_connection = True
        return True

    return fault


def elsewhere(handler: BaseHTTPRequestHandler, content: bytes, start: int, end: int) -> bool:
    """Bytes of another place than was asked for, and it says so."""
    give(handler, content, 0, min(end - start, len(content)), stated=start + 7)
    return True


def slow(handler: BaseHTTPRequestHandler, content: bytes, start: int, end: int) -> bool:
    time.sleep(0.1)
    return False


class _Short:
    """The handler, its body cut."""

    def __init__(self, handler: BaseHTTPRequestHandler, after: int) -> None:
        self._handler, self._after = handler, after
        self.wfile = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def write(self, body: bytes) -> None:
        self._handler.wfile.write(body[: self._after])
        self._handler.wfile.flush()

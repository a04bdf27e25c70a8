"""A server that says what a test tells it to: one function from a request's number and body to an answer."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


def completion(content: Any = '{"reason": "r", "answer": 1}', usage: Any = None, finish: str = "stop") -> Answer:
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": finish}
    counts = {"prompt_tokens": 100, "completion_tokens": 10} if usage is None else usage
    return 200, {}, json.dumps({"choices": [choice], "usage": counts}).encode()


def refusal(status: int, message: str = "no", **headers: str) -> Answer:
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, _error(message)


def _error(message: str) -> bytes:
    return json.dumps({"error": {"message": message}}).encode()


@contextmanager
def serving(answer: Callable[[int, dict[str, Any]], Answer]) -> Iterator[SimpleNamespace]:
    """`url`, `bodies` of the requests so far, and their `headers`."""
    seen = SimpleNamespace(bodies=[], headers=[])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.bodies.append(body)
            seen.headers.append(dict(self.headers))
            self._send(*answer(len(seen.bodies) - 1, body))

        def do_GET(self) -> None:
            self._send(200, {}, json.dumps({"data": [{"id": "zebra"}, {"id": "aardvark"}]}).encode())

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    seen.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def dripping(first: bytes, again: bytes) -> Iterator[str]:
    """Says `first` to whoever asks, then `again` every 20 ms for ten seconds, of which a client waits for a part."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        connection.recv(1 << 16)
        connection.sendall(first)
        for _ in range(500):
            try:
                connection.sendall(again)
            except OSError:
                return
            time.sleep(0.02)

    threading.Thread(target=drip, daemon=True).start()
    with listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"

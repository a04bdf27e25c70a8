"""The stand-in's HTTP: what a chat server says over the wire, and every way in which one fails to."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from classifiers.judge.answers import Answers, Counts, Manners

CUT_AFTER = 40  # bytes of a body that breaks off


class Judge:
    """The server; it answers from `with` on, or while `serve` runs. `url` is what --endpoint takes."""

    def __init__(self, truth: dict[str, str], manners: Manners | None = None, port: int = 0):
        self._answers = Answers(truth, manners or Manners())
        self._server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"answers": self._answers}))
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def counts(self) -> Counts:
        return self._answers.counts

    def __enter__(self) -> Judge:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        self._server.serve_forever()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that was killed in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer in one piece
    answers: Answers

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            model = {"id": self.answers.manners.model, "object": "model"}
            self._send(200, {"object": "list", "data": [model]})
        elif self.path == "/counts":
            self._send(200, self.answers.counts.plain())
        else:
            self._refuse(404, f"there is no {self.path}")

    def do_POST(self) -> None:
        manners, body = self.answers.manners, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = _request(body)
        if manners.key is not None and self.headers.get("Authorization") != f"Bearer {manners.key}":
            self._refuse(401, f"Incorrect key provided: {self.headers.get('Authorization')}")
        elif self.path != "/v1/chat/completions":
            self._refuse(404, f"there is no {self.path}")
        elif request is None:
            self._refuse(400, "the body is no chat request")
        elif request.get("model") != manners.model:
            self._refuse(404, f"The model {request.get('model')} does not exist")
        elif refused := [name for name in manners.refuses if name in request]:
            self._refuse(400, f"Unsupported parameter: {refused[0]}")
        else:
            self._answer(request, body)

    def _answer(self, request: dict[str, Any], body: bytes) -> None:
        said = self.answers.say(request)
        time.sleep(self.answers.delay(body))
        message = {"role": "assistant", "content": said.content}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        whole = {"object": "chat.completion", "model": request["model"], "choices": [choice], "usage": said.usage}
        if said.fault == "too_many":
            self._refuse(429, "Rate limit reached", {"Retry-After": f"{self.answers.manners.retry_after:g}"})
        elif said.fault == "server_error":
            self._refuse(500, "The server had an error")
        elif said.fault == "no_json":
            self._write(200, b"<html>a proxy's page</html>", {"Content-Type": "text/html"})
        elif said.fault == "dropped":
            self.close_connection = True
        else:
            self._write(200, json.dumps(whole).encode(), cut=CUT_AFTER if said.fault == "cut" else None)

    def _refuse(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        self._send(status, {"error": {"message": message, "type": "error"}}, headers)

    def _send(self, status: int, content: object, headers: dict[str, str] | None = None) -> None:
        self._write(status, json.dumps(content).encode(), headers)

    def _write(self, status: int, body: bytes, headers: dict[str, str] | None = None, cut: int | None = None) -> None:
        """The answer, or no more than `cut` bytes of its body before the connection ends."""
        self.close_connection = self.close_connection or cut is not None
        self.send_response(status)
        stated = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in (stated | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])

    def log_message(self, *_: object) -> None:
        """Nothing: /counts tells it."""


def _request(body: bytes) -> dict[str, Any] | None:
    """A chat request, or None where the body is none."""
    try:
        request = json.loads(body)
        return request if [str(one["content"]) for one in request["messages"]] else None
    except (ValueError, KeyError, TypeError):
        return None

"""A hub on 127.0.0.1: one model, as the client of Hugging Face asks for it."""

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "someone/small"


@contextmanager
def serving(files, licence="mit", commit=COMMIT):
    """The address of a hub that has `files` of NAME at COMMIT, and the paths that were asked of it."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer(True)

        def do_HEAD(self):
            self._answer(False)

        def _answer(self, whole):
            asked.append(self.path)
            name = self.path.rpartition(f"/resolve/{COMMIT}/")[2]
            if self.path.startswith(f"/api/models/{NAME}/revision/"):
                card = {"license": licence} if licence else {}
                siblings = [{"rfilename": one} for one in files]
                body = json.dumps(
                    {"id": NAME, "sha": commit, "siblings": siblings, "cardData": card, "tags": []}
                ).encode()
                return self._send(200, body, whole)
            if name in files:
                return self._send(200, files[name], whole, {"ETag": f'"{hashlib.sha1(files[name]).hexdigest()}"'})
            return self._send(404, b"{}", whole, {"X-Error-Code": "EntryNotFound"})

        def _send(self, status, body, whole, headers=None):
            self.send_response(status)
            for key, value in {"Content-Length": str(len(body)), "X-Repo-Commit": COMMIT, **(headers or {})}.items():
                self.send_header(key, value)
            self.end_headers()
            if whole:
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()

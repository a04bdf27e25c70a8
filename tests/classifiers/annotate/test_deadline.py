"""An exchange that goes on and on ends all the same."""

import socket
import threading
import time

import pytest

from classifiers.annotate.client import Failed
from tests.classifiers.annotate.test_client import asked


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X"),
        (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\3", b"\0\0\0\xff\xff"),
    ],
    ids=["a header that never ends", "patience asked for", "compressed nothing"],
)
def test_what_keeps_arriving_without_an_answer_is_given_up(first, again):
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        connection.recv(1 << 16)
        connection.sendall(first)
        for _ in range(500):  # ten seconds, of which the client waits for a part of one
            try:
                connection.sendall(again)
            except OSError:
                return
            time.sleep(0.02)

    threading.Thread(target=drip, daemon=True).start()
    with listener, pytest.raises(Failed, match=r"no answer in 0\.3 s"):
        asked(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=0.3)

"""The moment by which an exchange over HTTP is over, whatever keeps arriving.

A client's timeouts are of one read. A server that sends a byte of a header, one more `102 Processing` or an empty block
of gzip every second is never too slow for them, and the thread that reads it would wait for ever, Ctrl-C or not. Here
each connect, read and write of a thread is given what is left until `by`, and nothing once that is past.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2


class Deadline(threading.local):
    """Of the thread that looks; none until `of` says one."""

    by = float("inf")

    def of(self, seconds: float) -> None:
        self.by = time.monotonic() + seconds

    def left(self, timeout: float | None, late: type[Exception]) -> float | None:
        """Seconds that an operation may take which alone might take `timeout`."""
        left = self.by - time.monotonic()
        if left <= 0:
            raise late("no time is left")
        return min(left, timeout) if timeout is not None else left


def held(client: httpx2.Client) -> Deadline:
    """The deadline that all connections of `client` keep from now on, those through proxies too."""
    deadline = Deadline()
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx2.HTTPTransport):
            transport._pool._network_backend = _Backend(transport._pool._network_backend, deadline)
    return deadline


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, real: httpcore2.NetworkBackend, deadline: Deadline):
        self._real, self._deadline = real, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        seconds = self._deadline.left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._real.connect_tcp(host, port, seconds, local_address, socket_options), self._deadline)

    def sleep(self, seconds: float) -> None:
        self._real.sleep(seconds)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, real: httpcore2.NetworkStream, deadline: Deadline):
        self._real, self._deadline = real, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._real.read(max_bytes, self._deadline.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._real.write(buffer, self._deadline.left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._real.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        seconds = self._deadline.left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._real.start_tls(ssl_context, server_hostname, seconds), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._real.get_extra_info(info)

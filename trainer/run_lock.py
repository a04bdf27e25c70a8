"""One command at a time works in a folder.

Two that train in the same run would write each step twice and sweep up each other's checkpoints. The kernel drops the
lock with the process that holds it, however that ends, so nothing is left to be cleaned up. A file system without
locks (some network ones) is taken as it is.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trainer.errors import TrainingError

FILE = ".lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """TrainingError where another command works in `folder`, which exists."""
    try:
        held = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise TrainingError(f"{folder}: cannot be written to ({error.strerror}); name another with --output") from None
    try:
        _lock(held, folder)
        yield
    finally:
        os.close(held)


def _lock(held: int, folder: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(held, 0)
        os.pwrite(held, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
    except BlockingIOError:
        who = os.pread(held, 200, 0).decode(errors="replace") or "another command"
        raise TrainingError(f"{folder}: {who} works there; wait for its end, or name another with --output") from None
    except OSError:
        return

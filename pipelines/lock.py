"""Two runs in one directory would undo each other: the second is refused.

Locally the lock is held by the operating system and falls with the process, so a killed run leaves nothing to clean
up. In an object store it is an object that names its holder, written on the condition that there is none (S3 and GCS
decide that in one step); `--force-unlock` writes it in any case.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

from curate import storage
from curate.storage import join, read_bytes


@contextlib.contextmanager
def lock(root: str, force: bool = False) -> Iterator[None]:
    """Hold the run directory `root`. ValueError if another run holds it."""
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    with _local(root, holder) if "://" not in root else _remote(root, holder, force):
        yield


@contextlib.contextmanager
def _local(root: str, holder: str) -> Iterator[None]:
    os.makedirs(root, exist_ok=True)
    with open(os.path.join(root, ".lock"), "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise ValueError(
                f"{root} is in use by {file.read() or 'another run'}; wait for it, or choose another -o"
            ) from None
        file.truncate(0)
        file.write(holder)
        file.flush()
        yield


@contextlib.contextmanager
def _remote(root: str, holder: str, force: bool) -> Iterator[None]:
    path, own = join(root, ".lock"), f"{holder}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode()
    if force:
        storage.write_bytes(own, path)
    elif not storage.create(own, path):
        raise ValueError(f"{root} is in use by {read_bytes(path).decode()}; if that run is dead, add --force-unlock")
    try:
        yield
    finally:
        if storage.exists(path) and read_bytes(path) == own:  # else another run has taken over
            storage.remove(path)

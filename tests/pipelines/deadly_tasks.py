"""Tasks that do to their process what hostile input does; `values` are [row, folder] and tell which row is deadly."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from pipelines import workers

ROWS = 5


def dies_once(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    folder = Path(values[0].decode())
    workers.at(3)
    if not (folder / "died").exists():
        (folder / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    yield key, b"done"


def dies_at_a_row(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Rows but those in quarantine, each of them put down; row 2 is deadly."""
    yield from _rows(Path(values[0].decode()), key, lambda: os.kill(os.getpid(), signal.SIGSEGV))


def hangs_at_a_row(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    yield from _rows(Path(values[0].decode()), key, lambda: time.sleep(600))


def dies_in_a_batch(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Batches of three rows; rows 4, 5 and 7 are deadly, in their batches and alone."""
    import json

    path = Path(values[0].decode()) / "quarantine.json"
    aside = json.loads(path.read_text()) if path.exists() else {}
    for first in range(0, 9, 3):
        rows = [row for row in range(first, first + 3) if str(row) not in aside]
        for row in rows if workers.is_suspect(first) else []:
            workers.at(row)
            _dies(row)
            (path.parent / f"tried {row}").touch()
        workers.at(first, 3)
        for row in rows:
            _dies(row)
        yield key, repr(rows).encode()


def _dies(row: int) -> None:
    if row in (4, 5, 7):
        os.kill(os.getpid(), signal.SIGSEGV)


def dies_before_the_first_row(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield key, b""


def raises(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    yield key, b"not to be seen"
    raise ValueError(f"no task {key}")


def raises_what_no_pickle_holds(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    class Local(Exception):
        pass

    raise Local("from far away")
    yield key, b""


def says_who(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    yield key, str(os.getpid()).encode()


def _rows(folder: Path, key: int, end: object) -> Iterator[tuple[int, bytes]]:
    import json

    path = folder / "quarantine.json"
    aside = json.loads(path.read_text()) if path.exists() else {}
    for row in range(ROWS):
        workers.at(row)
        if str(row) in aside:
            continue
        if row == 2:
            end()  # type: ignore[operator]
        yield key, str(row).encode()


def begins_with(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """What was there before the first task: libraries, and kernels in memory."""
    found = " ".join(name for name in ("numba", "pyarrow.parquet") if name in sys.modules)
    from curate.kernels.bitmaps import _classify

    yield key, f"{found}, kernels {'loaded' if _classify.signatures else 'missing'}".encode()


def fills_memory(context: object, key: int, values: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Holds `key` bytes for a moment."""
    yield key, str(len(bytearray(b"x") * key)).encode()

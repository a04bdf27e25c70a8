"""events.jsonl: what happened to a run beside its steps: starts, checkpoints, faults, restarts, spikes, lost time.

Each event is one line, written by one append, so that supervisor and ranks may write the same file.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

FILE = "events.jsonl"


def append(run: str | Path, kind: str, **said: Any) -> None:
    """Add an event of `kind` to the run's file, with the time in seconds since 1970 (told, never decided by)."""
    line = json.dumps({"time": round(time.time(), 3), "kind": kind, **said}) + "\n"
    out = os.open(Path(run) / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(out, line.encode())
    finally:
        os.close(out)


def read(run: str | Path) -> list[dict[str, Any]]:
    """All events in the order written; a line that a crash cut short, or that is no event, is passed over."""
    file = Path(run) / FILE
    if not file.exists():
        return []
    found = []
    for line in file.read_bytes().splitlines():
        try:
            event = json.loads(line)
        except ValueError:  # bytes that are no text too
            continue
        if isinstance(event, dict) and "kind" in event:
            found.append(event)
    return found

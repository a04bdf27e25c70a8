"""Memory of a process and all that it starts: resident bytes of each, added up ten times a second."""

from __future__ import annotations

import subprocess
import time

import psutil

from benchmarks.process_tree import family


def watched(process: subprocess.Popen) -> tuple[int, dict[str, int]]:
    """(most bytes resident in all processes together, and what each of them had then)."""
    peak, parts = 0, {}
    while process.poll() is None:
        now = {one.pid: _resident(one) for one in family(process.pid)}
        if sum(now.values()) > peak:
            peak = sum(now.values())
            parts = {"driver" if pid == process.pid else f"child {pid}": size for pid, size in now.items()}
        time.sleep(0.1)
    return peak, parts


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:  # it has just ended
        return 0

"""Memory of a process and all that it starts: resident bytes of each, added up ten times a second."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from pathlib import Path


def watched(process: subprocess.Popen) -> tuple[int, dict[str, int]]:
    """(most bytes resident in all processes together, and what each of them had then)."""
    peak, parts = 0, {}
    while process.poll() is None:
        now = {pid: _resident(pid) for pid in _family(process.pid)}
        if sum(now.values()) > peak:
            peak = sum(now.values())
            parts = {"driver" if pid == process.pid else f"child {pid}": size for pid, size in now.items()}
        time.sleep(0.1)
    return peak, parts


def _family(root: int) -> list[int]:
    """The process and all that descend from it."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parents[int(name)] = int(Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue  # it has just ended
    family, new = [], [root]
    while new:
        family += new
        new = [pid for pid, parent in parents.items() if parent in new]
    return family


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return 0

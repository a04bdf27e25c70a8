"""A command and all processes that it starts: who they are, and their CPU seconds by the part that each plays."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections import Counter
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
EVERY = 0.2  # seconds between looks: what a process spends after the last one is not seen


def cpu_seconds(command: list[str]) -> Counter[str]:
    """{"driver", "fork server", "workers"} of `curate run`. SystemExit if it fails."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    seen: dict[int, tuple[str, float]] = {}
    while process.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):
            driver = psutil.Process(process.pid)
            seen[driver.pid] = "driver", _cpu(driver)
            for child in driver.children():
                seen[child.pid] = "fork server", _cpu(child)
                for worker in child.children(recursive=True):
                    seen[worker.pid] = "workers", _cpu(worker)
        time.sleep(EVERY)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Counter({part: sum(cpu for p, cpu in seen.values() if p == part) for part, _ in seen.values()})


def family(root: int) -> list[psutil.Process]:
    """The process and all that descend from it; none once it is gone."""
    try:
        process = psutil.Process(root)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)

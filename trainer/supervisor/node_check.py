"""Whether a node is fit to join: a quick look before its ranks start, at the start and after each fault.

One bad node holds up all others or, worse, computes wrongly. What is looked at is in `examine`, which runs in a process
of its own, as a device may hang: `LIMIT` seconds are what it has. A node that fails does not join, and the event
`node_check` says why. It costs 0.3 s on a CPU, and what importing torch costs on a machine with GPUs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from trainer.supervisor.launch import through

LIMIT = 120.0
_EXAMINE = Path(__file__).with_name("examine.py")
_ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Checked:
    why: str = ""  # it is not fit; "" where it is
    device: str = "cpu"
    speeds: list[float] = field(default_factory=list)  # of each device, in TFLOP/s
    memory: int = 0  # bytes free
    disk: int = 0  # bytes free
    seconds: float = 0.0


def check(run: Path, ranks: int, slow: float) -> Checked:
    """Of this node. `slow`: how many times slower than the median of its GPUs one may be."""
    began = time.monotonic()
    command = through([sys.executable, "-P", str(_EXAMINE), str(run), str(ranks), str(slow)])
    environment = {**os.environ, **_ONE_CORE}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LIMIT, start_new_session=True, env=environment
        )
    except subprocess.TimeoutExpired:
        return Checked(f"its check did not end within {LIMIT:g} seconds; a device may hang")
    seconds = round(time.monotonic() - began, 3)
    try:
        return Checked(**json.loads(done.stdout.splitlines()[-1]), seconds=seconds)
    except (ValueError, IndexError, TypeError):
        last = (done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1]
        return Checked(f"its check failed: {last}", seconds=seconds)

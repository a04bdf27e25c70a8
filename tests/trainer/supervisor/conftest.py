import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trainer import events
from trainer.recipe import Faults

HERE = Path(__file__).parent


class Supervised:
    """Supervisors over ranks of `worker.py` in one run's folder."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *plan: str, steps: int = 20, nproc: int = 2, **asked) -> subprocess.Popen[str]:
        command = [sys.executable, "-S", str(HERE / "worker.py"), str(self.run), str(steps), *plan]
        said = {"command": command, "run": str(self.run), "nproc": nproc, **asked}
        said["faults"] = Faults(**asked.get("faults", {})).model_dump()
        host = [sys.executable, str(HERE / "host.py"), json.dumps(said)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(host, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
        self.started.append(process)
        return process

    def end(self, *plan: str, **asked) -> tuple[int, str, str]:
        """Run to its end: exit code, stdout, stderr."""
        process = self.start(*plan, **asked)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def told(self, kind: str) -> list[dict]:
        return [event for event in events.read(self.run) if event["kind"] == kind]

    def until(self, true: Callable[[], object]) -> None:
        """Wait for what is bound to come; a minute is long enough for any machine."""
        for _ in range(6000):
            if true():
                return
            time.sleep(0.01)
        raise AssertionError("it did not come")

    def pids(self) -> list[int]:
        """Of the ranks, once all have told theirs."""
        return [json.loads(path.read_text())["pid"] for path in sorted(self.run.glob("heartbeats/*.json"))]

    def step(self, rank: int = 0) -> int:
        """Steps that a rank has told."""
        try:
            return json.loads((self.run / f"heartbeats/rank-{rank:05d}.json").read_text())["step"] or 0
        except (OSError, ValueError):
            return 0


def gone(pid: int) -> bool:
    """Whether there is no such process, or one that only waits to be reaped by whoever it fell to."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    made = Supervised(tmp_path / "run")
    yield made
    for process in made.started:
        process.kill()
        process.communicate()

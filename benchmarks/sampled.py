"""Where a run's CPU goes, by samples of native stacks: in compiled code or in Python's interpreter.

py-spy (from PyPI, in the peers' environment) looks at all processes of a run twenty times a second and sees through to
C. A sample is Python's where its innermost frame is a line of Python or a function of the interpreter itself: builtins,
garbage collection, loading of modules. Else it is C (Arrow, zstd, hashing, the tokeniser) or a kernel. Nothing is
instrumented, so what is seen is what runs without it. Threads that wait are not counted.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks import peers_venv
from benchmarks.process_tree import ROOT

RATE = 20  # samples a second
INTERPRETER = ("(libpython", "(python3", "importlib._bootstrap")


def shares(command: list[str]) -> Counter[tuple[str, str]]:
    """Samples of a command by (part, kind): part "task", "driver" or "start of workers"; kind "compiled", "Python"."""
    spy = peers_venv.python().with_name("py-spy")
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "stacks.txt"
        look = [str(spy), "record", "--subprocesses", "--native", "-r", str(RATE), "-f", "raw", "-o", str(raw), "--"]
        subprocess.run([*look, *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        lines = raw.read_text("utf-8", "replace").splitlines()
    found: Counter[tuple[str, str]] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        found[_part(stack), _kind(stack.rsplit(";", 1)[-1])] += int(count)
    return found


def _part(stack: str) -> str:
    if "_answer (pipelines/workers.py" in stack:
        return "task"
    return "start of workers" if "multiprocessing/forkserver.py" in stack else "driver"


def _kind(innermost: str) -> str:
    python = ".py:" in innermost or innermost.endswith(".py)") or any(part in innermost for part in INTERPRETER)
    return "Python" if python else "compiled"

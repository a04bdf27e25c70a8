"""The real command in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _hear_interrupts() -> None:
    """A shell starts what it puts in the background deaf to SIGINT, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*arguments: str, folder: Path, **options: object) -> subprocess.Popen[str]:
    """`curate ...` started in `folder`, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "curate", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=_hear_interrupts,
        **options,  # type: ignore[call-overload]
    )


def curate(*arguments: str, folder: Path) -> tuple[int, str]:
    """(exit code, what stderr said of the failure)"""
    process = start(*arguments, folder=folder)
    _, said = process.communicate(timeout=240)
    return process.returncode, said

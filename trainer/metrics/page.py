"""index.html of a run."""

from __future__ import annotations

from pathlib import Path


def publish(run: str | Path) -> Path:
    return Path(run) / "index.html"

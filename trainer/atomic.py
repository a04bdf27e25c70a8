"""A file that whoever looks finds as it was before or as it is after, never half of one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write(file: Path, text: str) -> None:
    """`text` at `file`, in UTF-8, whole or not at all: written beside it, then renamed. OSError where it can't be."""
    beside = file.parent / f".{file.name}.{os.getpid()}"
    try:
        beside.write_text(text, "utf-8")
        os.replace(beside, file)
    finally:
        with suppress(OSError):
            beside.unlink()

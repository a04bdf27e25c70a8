"""metrics.jsonl: one line a step, each step once however often the run died.

Strict JSON: NaN and infinity, which Python would write and few others read, become null, and `not_finite` names the
fields. A line is one append, so a reader sees whole lines but for the last of a killed run. On resume the file is cut,
not copied: the steps rise from line to line, so everything after a step is the file's end, and a file system shortens
a file at once or not at all. That costs as much as what is dropped, and nothing for the gigabyte before it.
"""

from __future__ import annotations

import json
import math
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = "metrics.jsonl"


def strict(values: dict[str, Any]) -> str:
    """One line of JSON without NaN or infinity."""
    found: list[str] = []
    plain = {key: _finite(value, key, found) for key, value in values.items()}
    if found:
        plain["not_finite"] = found
    return json.dumps(plain, allow_nan=False, separators=(",", ":")) + "\n"


def append(file: int, values: dict[str, Any]) -> None:
    """Add a line to a file opened with O_APPEND."""
    os.write(file, strict(values).encode())


def read(run: str | Path) -> Iterator[dict[str, Any]]:
    """The steps in order; what is no whole line is passed over."""
    path = Path(run) / FILE
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if (values := _parsed(line)) is not None:
                yield values


def cut(run: str | Path, step: int) -> list[dict[str, Any]]:
    """Drop all lines after `step`, and a last line that is half written; the dropped ones come back, last first."""
    path = Path(run) / FILE
    if not path.exists() or not path.stat().st_size:
        return []
    dropped = []
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            end = content.rfind(b"\n") + 1
            while end:
                start = content.rfind(b"\n", 0, end - 1) + 1
                values = _parsed(content[start:end])
                if values is not None:
                    if values["step"] <= step:
                        break
                    dropped.append(values)
                end = start
        if end < size:
            file.truncate(end)
            os.fsync(file.fileno())
    return dropped


def _finite(value: Any, name: str, found: list[str]) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(inner, f"{name}.{key}", found) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner, name, found) for inner in value]
    if hasattr(value, "item"):  # a number of torch or numpy
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        if name not in found:
            found.append(name)
        return None
    return value


def _parsed(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        values = json.loads(line)
    except ValueError:  # a bad byte too
        return None
    return values if isinstance(values, dict) and type(values.get("step")) is int else None

"""results.json holds rows of several commands: each replaces rows of its own names and leaves the others."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.rows import Row

PATH = Path(__file__).with_name("results.json")


def merge(rows: list[Row], path: Path = PATH) -> None:
    held = json.loads(path.read_text("utf-8")) if path.exists() else []
    new = [{**asdict(row), "holds": row.holds} for row in rows]
    names = {(row["name"], row["command"]) for row in new}
    kept = [row for row in held if (row["name"], row["command"]) not in names]
    path.write_text(json.dumps([*kept, *new], indent=1, ensure_ascii=False) + "\n", "utf-8")

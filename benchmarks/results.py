"""results.json holds rows of several commands: each replaces rows of its own names and leaves the others.

Where BENCH_ROWS names a file, rows go there instead: so `benchmarks.bench` learns what each of its parts measured.
Whatever changes results.json or evaluation.json renews the tables of docs/benchmarks.md.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from benchmarks import page
from benchmarks.rows import Row

RESULTS = Path(__file__).with_name("results.json")
ELSEWHERE = "BENCH_ROWS"
PATH = Path(os.environ.get(ELSEWHERE, RESULTS))


def merge(rows: list[Row], path: Path = PATH) -> None:
    merge_listed([{**asdict(row), "holds": row.holds} for row in rows], path)


def merge_listed(new: list[dict], path: Path, gone: str | None = None) -> None:
    """Rows as JSON has them; those of the command `gone` that are not among them go."""
    held = json.loads(path.read_text("utf-8")) if path.exists() else []
    names = {(row["name"], row["command"]) for row in new}
    kept = [row for row in held if (row["name"], row["command"]) not in names]
    if gone:
        kept = [row for row in kept if row["command"] != gone and not row["command"].startswith(gone + " ")]
    path.write_text(json.dumps([*kept, *new], indent=1, ensure_ascii=False) + "\n", "utf-8")
    if path.resolve().parent == RESULTS.parent:
        page.write()

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
    """Rows as JSON has them, each in the place of its elder; of the command `gone`, rows that are not among them go."""
    held = json.loads(path.read_text("utf-8")) if path.exists() else []
    if gone:
        names = {_key(row) for row in new}
        held = [row for row in held if _key(row) in names or not f"{row['command']} ".startswith(f"{gone} ")]
    merged = {_key(row): row for row in [*held, *new]}
    path.write_text(json.dumps([*merged.values()], indent=1, ensure_ascii=False) + "\n", "utf-8")
    if path.resolve().parent == RESULTS.parent:
        page.write()


def _key(row: dict) -> tuple[str, str]:
    return row["name"], row["command"]

"""results.json holds rows of several commands: each replaces rows of its own names and leaves the others.

Where BENCH_ROWS names a file, rows go there instead: so `benchmarks.bench` learns what each of its parts measured.
Whatever changes results.json or evaluation.json renews the tables of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks import page
from benchmarks.rows import Row, table

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


def command(doc: str | None, rows: Callable[[Path], list[Row]], out: Path) -> None:
    """The command line of a benchmark on the development data: its rows are merged into a file, and printed."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--out", type=Path, default=out)
    options = parser.parse_args()
    found = rows(options.data)
    merge(found, options.out)
    print(table(found))


def _key(row: dict) -> tuple[str, str]:
    return row["name"], row["command"]

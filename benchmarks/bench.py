"""All that is measured in CPU time and memory, in turn, and one table: `make bench`, `python -m benchmarks.bench`.

Each part is a command of its own in a process of its own, so that memory and caches are its own, and runs alone.
Writes results.json, docs/scaling.svg and the tables of docs/benchmarks.md. A part that fails is named, the others go
on; exit code 1 then, and if a bar is missed. Sizes are such that all of it ends within 20 minutes of two cores: whole
runs over 256 MB here, over 1 GB by `python -m benchmarks.end_to_end`.

    python -m benchmarks.bench [PART ...]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import results
from benchmarks.rows import Row, of_json, table

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Part:
    """`python -m benchmarks.{name} {arguments}`; `whole`: it measures all rows of its command, so older ones go."""

    name: str
    arguments: tuple[str, ...] = ()
    whole: bool = True

    @property
    def command(self) -> str:
        return f"python -m benchmarks.{self.name}"


PARTS = (
    Part("speed"),
    Part("language"),
    Part("classifier_speed"),
    Part("transformer_speed"),
    Part("tokenizer"),
    Part("peers"),
    Part("lines_counted", ("--hashes", "100000000")),
    Part("loader"),
    Part("checkpoint"),
    Part("memory"),
    Part("scaling", ("--smallest", "32M", "--doublings", "3")),
    Part("evaluate_extraction"),
    Part("evaluate_pii"),
    Part("end_to_end", ("--size", "256M"), whole=False),  # rows of 1 GB stay
)


def measure(parts: Iterable[Part], path: Path = results.RESULTS) -> tuple[list[Row], list[str]]:
    """(rows measured, parts that failed); the file at `path` has the rows, also what a part wrote before it failed."""
    found: list[Row] = []
    failed = []
    for part in parts:
        print(f"== {part.command} {' '.join(part.arguments)}", flush=True)
        began = time.monotonic()
        listed, code = _measured(part)
        print(f"== {part.name}: {time.monotonic() - began:.0f} s, exit code {code}", flush=True)
        failed += [part.name] if code else []
        results.merge_listed(listed, path, part.command if part.whole and not code else None)
        found += map(of_json, listed)
    return found, failed


def _measured(part: Part) -> tuple[list[dict], int]:
    with tempfile.TemporaryDirectory() as scratch:
        held = Path(scratch, "rows.json")
        command = [sys.executable, "-m", f"benchmarks.{part.name}", *part.arguments]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | {results.ELSEWHERE: str(held)})
        listed = json.loads(held.read_text("utf-8")) if held.exists() else []
    return listed, done.returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [part.name for part in PARTS]
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(names)}; all if none is named")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(names):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    began = time.monotonic()
    found, failed = measure(part for part in PARTS if part.name in (options.parts or names))
    print("\n" + table(found))
    missed = [row.name for row in found if row.holds is False]
    print(f"\n{len(found)} rows in {(time.monotonic() - began) / 60:.1f} minutes")
    print(f"failed: {', '.join(failed) or 'none'}; bars missed: {'; '.join(missed) or 'none'}")
    sys.exit(bool(failed or missed))


if __name__ == "__main__":
    main()

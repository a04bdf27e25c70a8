"""Each part's speed and a small run by phase: `python -m benchmarks.speed`. Writes results.json.

Every figure is CPU time of one thread or of a run's processes, and stands beside a named reference that ran in the same
process on the same input: on a shared machine only such ratios mean anything. Under five minutes.

    python -m benchmarks.speed [TOPIC ...] [--data .data] [--out FILE]

Without the development data, texts are those of `curate demo`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import results, rows, speed_parts, speed_run

TOPICS = {"parts": speed_parts.rows, "run": speed_run.rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"of {', '.join(TOPICS)}; all if none is named")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if unknown := set(options.topics) - set(TOPICS):
        parser.error(f"there is no topic {', '.join(sorted(unknown))}; there are {', '.join(TOPICS)}")
    with tempfile.TemporaryDirectory() as scratch:
        found = [row for topic in options.topics or TOPICS for row in TOPICS[topic](options.data, Path(scratch))]
    results.merge(found, options.out or results.PATH)
    print(rows.table(found))


if __name__ == "__main__":
    main()

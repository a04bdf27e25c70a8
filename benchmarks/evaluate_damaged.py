"""Damaged input: pages and files that crash the process, raise, or pass the limits of time and memory; none shall.

Pages: some 500 broken ones and mutants of real ones, in a child with bounds checks (`benchmarks.fuzz_pages`). Sources:
inputs of every kind but crawls by name, mutated before or after they are packed, recognised, read with bodies and
without, and extracted (`tests.faults.fuzz_child`: a minute of CPU and 700 MB an input). Inputs are seeded, so that a
count repeats. `make evaluate` takes a part of them, some two minutes of CPU; all of them, some seven:

    python -m benchmarks.evaluate_damaged [--data .data] [--mutants 20000] [--inputs 20000] [--out FILE]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import fuzz_pages, rows
from benchmarks.corpora import Corpora
from benchmarks.rows import Row

COMMAND = "python -m benchmarks.evaluate_damaged"
MUTANTS, INPUTS = 10_000, 2_000  # of `make evaluate`
FAILURES = ("extract_error", "died", "silent")


def rows_of(data: Path, mutants: int, inputs: int, command: str) -> list[Row]:
    cases = fuzz_pages.run(["--data", str(data), "--mutants", str(mutants)])
    failed = sum(case.status.startswith(FAILURES) for case in cases)
    return [
        Row("damaged: pages that crash or pass the limits", failed, "pages", len(cases), bar="= 0", command=command),
        Row(
            "damaged: inputs of sources that crash or pass the limits", sources(data, inputs), "inputs", inputs,
            bar="= 0", command=command,
        ),
    ]  # fmt: skip


def sources(data: Path, inputs: int) -> int:
    """How many of the first `inputs` have anything wrong with them."""
    from tests.faults.test_fuzz import A_CHILD, fuzzed

    with tempfile.TemporaryDirectory() as folder:
        firsts = range(0, inputs, A_CHILD)
        wrong = [one for n in firsts for one in fuzzed(n, min(n + A_CHILD, inputs), str(data.resolve()), Path(folder))]
    for one in wrong:
        print(one)
    return len({one.partition("\t")[0] for one in wrong})


def evaluated(corpora: Corpora) -> list[Row]:
    return rows_of(corpora.data, MUTANTS, INPUTS, rows.COMMAND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = rows_of(options.data, options.mutants, options.inputs, COMMAND)
    if options.out:
        rows.write(found, options.out)
    print(rows.table(found))


if __name__ == "__main__":
    main()

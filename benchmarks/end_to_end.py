"""How near a whole run is to its kernels: `python -m benchmarks.end_to_end [--size 1G] [--profiled 32M]`.

Three things on generated documents and the default recipe, each in CPU seconds:
1. what the tasks of a run took, by phase (facts.json), with kernels in the cache and two workers;
2. what the parts of each phase take alone, a megabyte, on the same documents in this process: compiled kernels, and
   input and output (zstd, JSON, Parquet, SHA-256) through the same libraries. Their sum is the floor of 1;
3. a profile of tasks done in this process: own time of kernels and of C functions against that of Python. A call of
   less than 20 microseconds counts as Python's, and so does what the profiler itself adds.
"""

from __future__ import annotations

import argparse
import json
import pstats
import tempfile
import time
from collections import Counter
from pathlib import Path

import pyarrow as pa

from benchmarks import end_to_end_parts, generate, results
from benchmarks.profile_run import Inline
from benchmarks.rows import Row, table
from curate.recipe import Recipe, of_inputs
from curate.recipe.quantities import size as size_of
from curate.warm import warm

COMMAND = "python -m benchmarks.end_to_end"
C_CALL = 20e-6  # seconds a call
LIBRARIES = ("pyarrow/", "numpy/")  # Cython shows in the Python frame that calls it


def measured(recipe: Recipe, out: Path, workers: int) -> tuple[dict, float]:
    """(facts.json, CPU seconds of the driver)"""
    from pipelines import run

    began = time.process_time()
    run.curate(recipe, str(out), run.Options(workers=workers))
    driver = time.process_time() - began
    return json.loads((out / "facts.json").read_text("utf-8")), driver


def profiled(recipe: Recipe, out: Path) -> pstats.Stats:
    """All tasks of a run in this process, by CPU time."""
    from pipelines import run, workers

    pool, shared = Inline([]), workers.shared
    workers.shared = lambda slots: pool  # type: ignore[assignment,return-value]
    try:
        run.curate(recipe, str(out), run.Options(workers=1))
    finally:
        workers.shared = shared
    return pool.stats


def by_kind(stats: pstats.Stats) -> Counter[str]:
    """Own CPU seconds in kernels, in C and in Python."""
    from curate.kernels.jit import _KERNELS

    codes = {(k.py_func.__code__.co_filename, k.py_func.__name__) for k in _KERNELS}
    found: Counter[str] = Counter()
    for (file, _, name), (_, calls, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        compiled = file == "~" or any(f"site-packages/{library}" in file for library in LIBRARIES)
        long = own / max(calls, 1) >= C_CALL
        found["kernels" if (file, name) in codes else "C" if compiled and long else "Python"] += own
    return found


def rows(size: int, profiled_size: int, workers: int, scratch: Path) -> list[Row]:
    warm()
    generate.write(size, scratch / "in", file_size=max(1_000_000, min(64_000_000, size // 8)))
    facts, driver = measured(of_inputs([str(scratch / "in")]), scratch / "out", workers)
    spent = {phase: one["cpu_seconds"] for phase, one in facts["spent"].items()}
    parts = end_to_end_parts.seconds_a_megabyte(pa.Table.from_batches(generate.generate(min(size, 24_000_000))))
    kernels, io = (
        sum(cost for kind, cost in parts.values() if kind == wanted) * size / 1e6 for wanted in ("kernel", "io")
    )
    generate.write(profiled_size, scratch / "few", file_size=max(1_000_000, profiled_size // 8))
    kinds = by_kind(profiled(of_inputs([str(scratch / "few")]), scratch / "profiled"))
    whole, megabytes = sum(spent.values()), size / 1e6
    at = f"at {megabytes:.0f} MB"
    listed = [_row(f"part, {name}", 1e3 * cost, "ms/MB", reference=kind) for name, (kind, cost) in parts.items()]
    phases = [_row(f"phase {phase} {at}", cpu, "CPU s") for phase, cpu in spent.items() if cpu]
    slots = sum(one["seconds"] for one in facts["spent"].values())
    idle = sum(one["seconds"] * one["idle_share_of_slots"] for one in facts["spent"].values())
    compiled = kinds["kernels"] + kinds["C"]
    shares = ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in kinds.most_common())
    return [
        *listed,
        *phases,
        _row(f"tasks {at}", whole, "CPU s", reference=f"{megabytes / whole:.2f} MB a CPU second"),
        _row(f"driver and Beam {at}", driver, "CPU s"),
        _row(f"kernels alone, of the tasks' CPU, {at}", kernels / whole, "share", reference=f"{kernels:.1f} s"),
        _row(f"kernels and C, of the CPU of profiled tasks, at {profiled_size / 1e6:.0f} MB",
             compiled / sum(kinds.values()), "share", bar=">= 0.6", reference=shares),
        _row(f"tasks' CPU over kernels and I/O alone {at}", whole / (kernels + io), "times", bar="<= 1.2",
             reference=f"{kernels:.1f} s of kernels, {io:.1f} s of I/O"),
        _row(f"idle share of slots {at}", idle / slots, "share"),
    ]  # fmt: skip


def _row(name: str, value: float, unit: str, reference: str | None = None, bar: str | None = None) -> Row:
    return Row(f"end to end: {name}", float(f"{value:.3g}"), unit, 1, reference=reference, bar=bar, command=COMMAND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=size_of, default=256_000_000)
    parser.add_argument("--profiled", type=size_of, default=32_000_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found = rows(options.size, options.profiled, options.workers, Path(scratch))
    results.merge(found)
    print(table(found))


if __name__ == "__main__":
    main()

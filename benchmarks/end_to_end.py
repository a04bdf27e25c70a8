"""How near a whole run is to its kernels: `python -m benchmarks.end_to_end [--size 1G]`.

`curate run` on generated documents with the default recipe and two workers, kernels in the cache, looked at three ways:
1. CPU seconds of all its processes, and of the tasks by phase (facts.json). What the workers and their fork server
   spend outside tasks is the pool's overhead;
2. the floor: what the parts of each phase take alone, a megabyte, on documents of the same kind in this process:
   compiled kernels, and input and output (zstd, JSON, Parquet, SHA-256) through the same libraries, each counted for
   the share of the text that reaches its phase;
3. a second run under samples of native stacks: compiled code against Python's interpreter (benchmarks/sampled.py).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks import end_to_end_parts, generate, process_tree, results, sampled
from benchmarks.rows import Row, table
from curate.recipe.quantities import size as size_of
from curate.warm import warm

COMMAND = "python -m benchmarks.end_to_end"
FILE, SAMPLE = 64_000_000, 24_000_000  # bytes of text of an input file, and of what the parts are timed on


def run(source: Path, out: Path) -> list[str]:
    """The command that is measured."""
    return [sys.executable, "-m", "curate", "run", str(source), "-o", str(out), "--workers", "2"]


def reached(out: Path) -> dict[str, float]:
    """The share of extracted characters that each phase gets; what `clean` measures again; what `pack` reads.

    A task of `pack` owns a category and reads its shards for it, so all is read once a category.
    """
    audit = json.loads((out / "report" / "audit.json").read_text("utf-8"))
    funnel = {phase["phase"]: phase for phase in audit["funnel"]}
    chars = {phase: counts["chars_in"] for phase, counts in funnel.items()}
    chars |= {"urls": chars["extract"], "frequent_lines": chars["clean"], "pack": chars["mix"]}
    shares = {phase: count / chars["extract"] for phase, count in chars.items()}
    edited = max((edit["documents"] for edit in audit["edits"]), default=0) / funnel["clean"]["documents_in"]
    again = shares["clean"] * edited, shares["pack"] * sum(category["tokens"] > 0 for category in audit["categories"])
    return {**shares, "clean: signals again": again[0], "pack: read text and tokens": again[1]}


def floor(parts: dict[str, end_to_end_parts.Part], shares: dict[str, float], megabytes: float) -> Counter[str]:
    """CPU seconds of {"kernel", "io"}."""
    found: Counter[str] = Counter()
    for name, (kind, cost) in parts.items():
        found[kind] += cost * megabytes * shares.get(name, shares[name.split(":")[0]])
    return found


def rows(size: int, scratch: Path) -> list[Row]:
    warm()
    generate.write(size, scratch / "in", file_size=min(FILE, size // 8))
    spent = process_tree.cpu_seconds(run(scratch / "in", scratch / "out"))
    facts = json.loads((scratch / "out" / "facts.json").read_text("utf-8"))["spent"]
    parts = end_to_end_parts.seconds_a_megabyte(min(size, SAMPLE))
    least = floor(parts, reached(scratch / "out"), size / 1e6)
    stacks = sampled.shares(run(scratch / "in", scratch / "again"))
    return [*_parts(parts, facts, size), *_totals(spent, facts, least, stacks, size)]


def _parts(parts: dict[str, end_to_end_parts.Part], facts: dict, size: int) -> list[Row]:
    listed = [_row(f"part, {name}", 1e3 * cost, "ms/MB", kind) for name, (kind, cost) in parts.items()]
    phases = {phase: one["cpu_seconds"] for phase, one in facts.items() if one["cpu_seconds"]}
    return listed + [_row(f"phase {phase}", 1e3 * cpu / (size / 1e6), "ms/MB", "task") for phase, cpu in phases.items()]


def _totals(spent: Counter, facts: dict, least: Counter, stacks: Counter, size: int) -> list[Row]:
    tasks, megabytes = sum(one["cpu_seconds"] for one in facts.values()), size / 1e6
    seconds = sum(one["seconds"] for one in facts.values())
    idle = sum(one["seconds"] * one["idle_share_of_slots"] for one in facts.values())
    outside = spent["workers"] + spent["fork server"] - tasks
    all_cpu, bottom = sum(spent.values()), sum(least.values())
    in_tasks = {kind: stacks["task", kind] for kind in ("compiled", "Python")}
    everywhere = sum(count for (_, kind), count in stacks.items() if kind == "compiled")
    beside = ", ".join(f"{part} {kind} {count}" for (part, kind), count in sorted(stacks.items()))
    at = f"at {megabytes:.0f} MB"
    return [
        _row(f"whole run {at}", all_cpu, "CPU s", f"{megabytes / all_cpu:.2f} MB a CPU second"),
        _row(f"tasks {at}", tasks, "CPU s", f"{megabytes / tasks:.2f} MB a CPU second"),
        _row(f"driver and Beam {at}", spent["driver"], "CPU s"),
        _row(f"pool's overhead on its tasks {at}", outside / tasks, "share", f"{outside:.1f} s", "<= 0.05"),
        _row(f"idle share of slots {at}", idle / seconds, "share", "of the run's wall clock"),
        _row(f"compiled code, of the whole run's CPU, {at}", everywhere / stacks.total(), "share",
             f"samples: {beside}", ">= 0.6"),
        _row(f"compiled code, of the tasks' CPU, {at}", in_tasks["compiled"] / sum(in_tasks.values()), "share"),
        _row(f"tasks' CPU over kernels and I/O alone {at}", tasks / bottom, "times",
             f"{least['kernel']:.1f} s of kernels, {least['io']:.1f} s of I/O", "<= 1.2"),
        _row(f"whole run's CPU over kernels and I/O alone {at}", all_cpu / bottom, "times", "with Beam and start-up"),
    ]  # fmt: skip


def _row(name: str, value: float, unit: str, reference: str | None = None, bar: str | None = None) -> Row:
    return Row(f"end to end: {name}", float(f"{value:.3g}"), unit, 1, reference=reference, bar=bar, command=COMMAND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=size_of, default=1_000_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found = rows(options.size, Path(scratch))
    results.merge(found)
    print(table(found))


if __name__ == "__main__":
    main()

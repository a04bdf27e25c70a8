"""A whole run: CPU seconds of its tasks by phase, and MB a CPU second, from one worker.

On the WARC and text files of the development data, or on the demonstration input without them. What Beam and the
driver cost is the last row: CPU of this process while the run is on.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from benchmarks.rows import Row
from curate.recipe import Recipe, load, of_inputs

INPUTS = ("web/crawl", "books/gutenberg", "labels/c4_sample.jsonl.gz")
COMMAND = "python -m benchmarks.speed run"


def rows(data: Path, scratch: Path) -> list[Row]:
    from pipelines import run

    out = scratch / "corpus"
    began = time.process_time()
    run.curate(recipe(data, scratch), str(out), run.Options(workers=1))
    driver = time.process_time() - began
    facts = json.loads((out / "facts.json").read_text("utf-8"))
    audit = json.loads((out / "report" / "audit.json").read_text("utf-8"))
    read = max(phase["documents_in"] for phase in audit["funnel"])
    cpu = {phase: spent["cpu_seconds"] for phase, spent in facts["spent"].items()}
    chars = max(phase["chars_in"] for phase in audit["funnel"]) / 1e6
    found = [Row(f"run: {phase}", round(seconds, 3), "CPU s", read, command=COMMAND) for phase, seconds in cpu.items()]
    whole = sum(cpu.values())
    return [
        *found,
        Row("run: all tasks", round(whole, 2), "CPU s", read, command=COMMAND),
        Row("run: million characters a CPU second of tasks", round(chars / whole, 2), "M/s", read, command=COMMAND),
        Row("run: records a CPU second of tasks", round(read / whole, 1), "1/s", read, command=COMMAND),
        Row("run: driver and Beam", round(driver, 2), "CPU s", read, command=COMMAND),
    ]  # fmt: skip


def recipe(data: Path, scratch: Path) -> Recipe:
    paths = [str(data / path) for path in INPUTS]
    if all(Path(path).exists() for path in paths):
        return of_inputs(paths)
    from curate.demo import make
    from curate.demo.vocabulary import add_vocabulary

    make(str(scratch / "demo"))
    add_vocabulary(str(scratch / "demo"))
    return load(str(scratch / "demo" / "recipe.yaml"))

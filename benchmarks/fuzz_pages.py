"""Extraction on broken pages and on mutants, in a child process with bounds checks: none may crash it or take for ever.

    python -m benchmarks.fuzz_pages [--data .data] [--mutants 20000] [--seed 0] [--engine html|auto]

A child with NUMBA_BOUNDSCHECK=1 and kernels of its own takes page after page through `curate.extract.extract`, as a run
does, and tells of each before it begins. A child that dies, or is silent for QUIET seconds of CPU time, is a failure,
told with the page's name, and the next one goes on behind it; an exception is a failure too (`extract_error` in a run).
Printed: how many, what failed, and the slowest by CPU time. Exit code 1 if anything failed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from benchmarks.broken_pages import broken, mutants

QUIET = 300  # CPU seconds without a word; compiling with checks takes one minute
SLOWEST = 8
MOST_SHOWN = 20
COMPILING = ("compiling", "<p>A paragraph, with a word é.</p>".encode())


@dataclass(frozen=True)
class Case:
    name: str
    seconds: float
    status: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--child", type=int, metavar="FROM", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        _work(options)
        return
    cases = run(sys.argv[1:])
    failed = [case for case in cases if case.status.startswith(("extract_error", "died", "silent"))]
    print(f"{len(cases)} pages, {sum(case.seconds for case in cases):.0f} CPU s, {len(failed)} failed")
    for case in failed[:MOST_SHOWN]:
        print(f"FAILED {case.name}: {case.status}")
    for case in sorted(cases, key=lambda case: -case.seconds)[:SLOWEST]:
        print(f"{case.seconds:8.3f} s  {case.name} ({case.status})")
    sys.exit(bool(failed))


def run(arguments: list[str]) -> list[Case]:
    """All pages through children, one after the other."""
    found: list[Case] = []
    with tempfile.TemporaryDirectory() as kernels:
        environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": kernels}
        while True:
            command = [sys.executable, "-m", "benchmarks.fuzz_pages", *arguments, "--child", str(len(found))]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
                fate = _listen(child, found)
            if fate is None:
                return found
            found.append(fate)


def pages(data: Path, mutated: int, seed: int) -> Iterator[tuple[str, bytes]]:
    yield from broken(data)
    yield from mutants(data, mutated, seed)


def extracted(page: bytes, engine: str) -> str:
    """The status that a run gives the page."""
    from curate.extract import extract
    from curate.recipe.sections import Extract
    from curate.sources.record import Record

    return extract(Record(0, media="html", body=page), Extract(engine=engine)).status  # type: ignore[arg-type]


def _listen(child: subprocess.Popen[str], found: list[Case]) -> Case | None:
    """What the child tells, until its end: None if it came to the end, else the page at which it stopped."""
    at = "the start"
    stopped = threading.Event()
    heard = [0.0]
    threading.Thread(target=_watch, args=(child, heard, stopped), daemon=True).start()
    stream: IO[str] = child.stdout  # type: ignore[assignment]
    for line in stream:
        heard[0] = _spent(child)
        told = json.loads(line)
        if "begin" in told:
            at = told["begin"]
        elif "end" in told:
            found.append(Case(at, told["seconds"], told["end"]))
        else:
            return None
    code = child.wait()
    return Case(at, 0.0, "silent" if stopped.is_set() else f"died: {code}")


def _watch(child: subprocess.Popen[str], heard: list[float], stopped: threading.Event) -> None:
    while child.poll() is None:
        time.sleep(1)
        if _spent(child) - heard[0] > QUIET:
            stopped.set()
            child.kill()


def _spent(child: subprocess.Popen[str]) -> float:
    """CPU seconds of a process; the clock would tell of others on the machine."""
    try:
        spent = psutil.Process(child.pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return spent.user + spent.system


def _work(options: argparse.Namespace) -> None:
    """Pages from the number `options.child` on, the first being one that has the kernels compiled."""
    every = itertools.chain([COMPILING], pages(options.data, options.mutants, options.seed))
    if options.child:
        extracted(COMPILING[1], options.engine)
    for name, page in itertools.islice(every, options.child, None):
        _tell({"begin": name})
        started = time.process_time()
        status = extracted(page, options.engine)
        _tell({"end": status, "seconds": time.process_time() - started})
    _tell({"done": True})


def _tell(what: dict) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()

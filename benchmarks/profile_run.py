"""Where a run's CPU goes, function by function: `python -m benchmarks.profile_run [PHASE ...] [--top 25]`.

The tasks of a run are done in this process under cProfile, one at a time, each with a profile of its own in the thread
that Beam hands it in from, with as many threads as a worker has: one. A compiled loop counts as the function that calls
it; the first table sums own time by who wrote the code, so that Python of ours stands out from kernels and libraries.
Seconds are CPU of the process; asking for them costs about a microsecond at each call, which counts as the caller's, so
Python shows larger than it is. The last line says how much of the tasks' CPU the profile has seen: nearly all. What it
does not hold, and the CPU of a whole run does: the driver, Beam, imports, and loading kernels.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import pstats
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pyarrow

from benchmarks.speed_run import recipe
from curate.kernels import warm
from pipelines import run, workers
from pipelines.one_thread import one_thread


class Inline:
    """A pool of no processes: a task is done where it is handed in. `cpu`: all that profiled tasks took."""

    def __init__(self, phases: list[str]):
        self.phases, self.one = phases, threading.Lock()
        self.stats, self.cpu, self.tasks = pstats.Stats(), 0.0, 0
        one_thread()  # as in a worker
        pyarrow.set_cpu_count(1)

    def submit(self, task: workers.Task) -> Future:
        module, _, name = task.function.partition(":")
        function = getattr(importlib.import_module(module), name)
        future: Future = Future()
        with self.one:
            future.set_result(self._profiled(function, task) if self._wanted(task) else self._done(function, task))
        return future

    def spent(self) -> workers.Spent:
        return workers.Spent()

    def close(self) -> None:
        pass

    def _wanted(self, task: workers.Task) -> bool:
        return not self.phases or task.context.phase in self.phases

    def _profiled(self, function: Callable, task: workers.Task) -> list:
        profile, began = cProfile.Profile(time.process_time), time.process_time()
        try:
            return profile.runcall(self._done, function, task)
        finally:
            self.cpu += time.process_time() - began
            self.tasks += 1
            self.stats.add(profile)

    @staticmethod
    def _done(function: Callable, task: workers.Task) -> list:
        return list(function(task.context, task.key, task.values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phases", nargs="*")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--top", type=int, default=25)
    options = parser.parse_args()
    warm()
    pool = Inline(options.phases)
    workers.shared = lambda slots: pool  # type: ignore[assignment,return-value]
    with tempfile.TemporaryDirectory() as scratch:
        run.curate(recipe(options.data, Path(scratch)), str(Path(scratch) / "corpus"), run.Options(workers=1))
    own: Counter[str] = Counter()
    for (file, _, name), (_, _, seconds, _, _) in pool.stats.stats.items():  # type: ignore[attr-defined]
        own[_author(file, name)] += seconds
    for author, seconds in own.most_common(14):
        print(f"{seconds:8.2f} s  {author}")
    pool.stats.sort_stats("tottime").print_stats(options.top)
    seen = sum(own.values())
    print(f"{pool.tasks} tasks took {pool.cpu:.2f} CPU s, of which the profile has seen {seen / pool.cpu:.1%}")


def _author(file: str, name: str) -> str:
    if file == "~":
        return f"compiled: {name.strip('<>').removesuffix(' objects').split(' ')[-1][:60]}"
    for part in ("curate/kernels", "curate/dedup", "curate/signals", "curate", "pipelines", "schemas"):
        if f"/{part}/" in file and "site-packages" not in file:
            return f"ours: {part}"
    return file.split("site-packages/")[-1].split("/")[0] if "site-packages" in file else "Python's library"


if __name__ == "__main__":
    main()

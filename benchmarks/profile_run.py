"""Where a run's CPU goes, function by function: `python -m benchmarks.profile_run [PHASE ...] [--top 25]`.

The tasks of a run are done in this process under cProfile. A compiled loop counts as the function that calls it; the
first table sums own time by who wrote the code, so that Python of ours stands out from kernels and libraries.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import pstats
import tempfile
import threading
from collections import Counter
from concurrent.futures import Future
from pathlib import Path

from benchmarks.speed_run import recipe
from curate.kernels import warm
from pipelines import run, workers


class Inline:
    """A pool of no processes: a task is done where it is handed in."""

    def __init__(self, profile: cProfile.Profile, phases: list[str]):
        self.profile, self.phases, self.one = profile, phases, threading.Lock()

    def submit(self, task: workers.Task) -> Future:
        module, _, name = task.function.partition(":")
        function = getattr(importlib.import_module(module), name)
        future: Future = Future()
        wanted = not self.phases or task.context.phase in self.phases
        with self.one:  # Beam hands in tasks from several threads; a profile sees the one that enabled it
            if wanted:
                self.profile.enable()
            try:
                future.set_result(list(function(task.context, task.key, task.values)))
            finally:
                if wanted:
                    self.profile.disable()
        return future

    def spent(self) -> workers.Spent:
        return workers.Spent()

    def close(self) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phases", nargs="*")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--top", type=int, default=25)
    options = parser.parse_args()
    warm()
    profile = cProfile.Profile()
    pool = Inline(profile, options.phases)
    workers.shared = lambda slots: pool  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as scratch:
        run.curate(recipe(options.data, Path(scratch)), str(Path(scratch) / "corpus"), run.Options(workers=1))
    stats = pstats.Stats(profile)
    own: Counter[str] = Counter()
    for (file, _, name), (_, _, seconds, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        own[_author(file, name)] += seconds
    for author, seconds in own.most_common(14):
        print(f"{seconds:8.2f} s  {author}")
    stats.sort_stats("tottime").print_stats(options.top)


def _author(file: str, name: str) -> str:
    if file == "~":
        return f"compiled: {name.strip('<>').split(' ')[-1][:60] if 'method' in name else name}"
    for part in ("curate/kernels", "curate/dedup", "curate/signals", "curate", "pipelines", "schemas"):
        if f"/{part}/" in file and "site-packages" not in file:
            return f"ours: {part}"
    return file.split("site-packages/")[-1].split("/")[0] if "site-packages" in file else "Python's library"


if __name__ == "__main__":
    main()

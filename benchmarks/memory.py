"""Whether memory grows with the input: `python -m benchmarks.memory [--base 24M] [--workers 2]`.

`curate run` over generated documents, once over `--base` bytes of text and once over four times as many, in shards of
one size, with near duplicates, frequent lines and cl100k. For the driver and for the largest worker: the most that ever
was resident (VmHWM, read five times a second while the process lives), and how much more it is at four times the input.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from benchmarks import generate, results
from benchmarks.process_tree import family
from benchmarks.rows import Row, table
from curate.recipe.quantities import size as size_of
from curate.warm import warm

COMMAND = "python -m benchmarks.memory"
GROWTH, BAR = 4, 1.2
FILE, SHARD = 4_000_000, 4_000_000  # bytes of text, and of its JSONL as zstd: one file a shard
ROOT = Path(__file__).parents[1]


def measure(size: int, folder: Path, workers: int) -> dict[str, int]:
    """{"driver", "worker": most bytes resident} of a run on `size` bytes of text."""
    generate.write(size, folder / "in", file_size=FILE)
    recipe = folder / "recipe.yaml"
    recipe.write_text(yaml.safe_dump({"name": "memory", "sources": [{"paths": ["in"]}], "shards": {"target": SHARD}}))
    command = [sys.executable, "-m", "curate", "run", recipe, "-o", folder / "out", "--workers", str(workers)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    peaks = _watched(process)
    if process.returncode:
        raise SystemExit(f"curate run ended with {process.returncode}")
    return {"driver": peaks.pop(process.pid), "worker": max(peaks.values())}


def _watched(process: subprocess.Popen) -> dict[int, int]:
    """{process: the most it had resident} of the driver and all that it started."""
    peaks: dict[int, int] = {}
    while process.poll() is None:
        for one in family(process.pid):
            peaks[one.pid] = max(peaks.get(one.pid, 0), _peak(one.pid))
        time.sleep(0.2)
    return peaks


def _peak(pid: int) -> int:
    """VmHWM; 0 once the process is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def rows(base: int, workers: int) -> list[Row]:
    found = []
    for size in (base, GROWTH * base):
        with tempfile.TemporaryDirectory() as folder:
            found.append(measure(size, Path(folder), workers))
        print(f"{size / 1e6:.0f} MB: " + ", ".join(f"{k} {v / 1e6:.0f} MB" for k, v in found[-1].items()), flush=True)
    small, large = found
    return [
        Row(f"memory: {name}, at {GROWTH} times {base / 1e6:.0f} MB of text over at once",
            round(large[name] / small[name], 3), "times", 2, bar=f"<= {BAR}", command=COMMAND,
            reference=f"{small[name] / 1e6:.0f} and {large[name] / 1e6:.0f} MB resident at most")
        for name in ("driver", "worker")
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=size_of, default=24_000_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    warm()
    found = rows(options.base, options.workers)
    results.merge(found)
    print(table(found))


if __name__ == "__main__":
    main()

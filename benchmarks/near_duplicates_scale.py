"""Near duplicates at scale: `python -m benchmarks.near_duplicates_scale [--documents 20000000] [--largest 100000]`.

Planted clusters (planted.py) through the real phase on the local engine, in a process of its own. Measured: how many
of the planted pairs with J of 0.9 and more are resolved (not both kept), how many removals have a keeper with J under
0.7, the memory of the driver and all its children at the moment when it is most, CPU and bytes shuffled. Truth is
counted from the masks of planted.py alone: pairs of a cluster by counting bits, some 10^10 of them, in no part of the
product.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.dataset as ds

from benchmarks import planted, results
from benchmarks.resident import watched
from benchmarks.rows import Row, table

COMMAND = "python -m benchmarks.near_duplicates_scale"
ROOT = Path(__file__).parents[1]
HIGH, LOW = 0.9, 0.7


def measure(folder: Path, documents: int, largest: int, **near: Any) -> dict[str, Any]:
    """Generate, run, and compare with the truth."""
    truth = planted.write(folder, documents, largest, **near)
    print(f"{documents:,} documents, {len(truth.ids):,} in {truth.cluster.max() + 1:,} clusters", flush=True)
    found = run(folder)
    return {**found, **judged(folder, truth)}


def run(folder: Path) -> dict[str, Any]:
    """The phase in a process of its own: what it says of itself, and its memory."""
    command = [sys.executable, "-m", "benchmarks.near_duplicates_scale", "--phase", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT)
    peak, parts = watched(process)
    if process.returncode:
        raise SystemExit(f"the phase ended with {process.returncode}")
    return {**json.loads((folder / "said.json").read_text()), "peak_bytes": peak, "peak_parts": parts}


def judged(folder: Path, truth: planted.Planted) -> dict[str, Any]:
    """Planted pairs by counting, beside the ledger's removals."""
    paths = sorted(map(str, (folder / "work/near_duplicates-planted").glob("ledger-*.parquet")))
    ledger = ds.dataset(paths).to_table(columns=["id", "keeper"])
    at, to = (_places(truth, ledger[name].to_numpy()) for name in ("id", "keeper"))
    false = (at < 0) | (to < 0)
    similarity = jaccard_of(truth.masks[at], truth.masks[to])
    similarity[false | (truth.cluster[at] != truth.cluster[to])] = 0
    kept = np.ones(len(truth.ids), bool)
    kept[at[at >= 0]] = False
    by = np.argsort(truth.cluster, kind="stable")
    sizes = np.bincount(truth.cluster)
    staying = np.bincount(truth.cluster[kept], minlength=len(sizes))
    least = int(np.ceil(HIGH * 128 / (1 + HIGH)))  # places that both must have kept
    return {
        "pairs_high": _similar_pairs(truth.masks[by], np.r_[0, np.cumsum(sizes)], least),
        "pairs_both_kept": _similar_pairs(truth.masks[by][kept[by]], np.r_[0, np.cumsum(staying)], least),
        "removals": len(at),
        "removals_low": int((similarity < LOW).sum()),
        "kept_of_largest": [int(n) for n in staying[:5]],
        "kept_of_members": int(kept.sum()),
    }


def jaccard_of(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """float64[n]: similarity of members of one cluster by their masks."""
    common = np.bitwise_count(a & b).astype(np.float64)
    return common / (2 * planted.WORDS - common)


def _places(truth: planted.Planted, ids: np.ndarray) -> np.ndarray:
    at = np.minimum(np.searchsorted(truth.ids, ids), len(truth.ids) - 1)
    return np.where(truth.ids[at] == ids, at, -1)


def _similar_pairs(masks: np.ndarray, starts: np.ndarray, least: int) -> int:
    pairs = 0
    for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        for first in range(start, end - 1):
            pairs += int(np.count_nonzero(np.bitwise_count(masks[first + 1 : end] & masks[first]) >= least))
    return pairs


def _phase(folder: Path) -> None:
    from pipelines import workers
    from pipelines.phases import near_duplicates
    from pipelines.runners import Engine

    context = planted.context_of(folder)
    started = time.process_time()
    near_duplicates.run(context, Engine())
    spent = workers.shared(context.slots).spent()
    workers.close_all()
    steps = sorted(Path(context.folder()).glob("*/done.json"))
    said = {
        "driver_cpu": time.process_time() - started,
        "worker_cpu": spent.cpu,
        "driver_peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "worker_peak": spent.peak_bytes,
        "shuffled": {path.parent.name: json.loads(path.read_text())["bytes"] for path in steps},
        "report": json.loads(Path(context.path("hot", 0, ending="json")).read_text()),
    }
    (folder / "said.json").write_text(json.dumps(said))


def rows(found: dict[str, Any], documents: int, largest: int) -> list[Row]:
    name, command = f"near duplicates, {documents / 1e6:g} M sketches", f"{COMMAND} --documents {documents}"
    resolved = 1 - found["pairs_both_kept"] / found["pairs_high"]
    low = found["removals_low"] / max(1, found["removals"])
    parts = ", ".join(f"{size / 1e9:.2f}" for size in sorted(found["peak_parts"].values(), reverse=True) if size > 1e8)
    cpu = found["driver_cpu"] + found["worker_cpu"]
    shuffled = sum(found["shuffled"].values())
    pairs = found["report"]["pairs"]
    return [
        Row(f"{name}: planted pairs with J of 0.9 and more resolved", round(resolved, 6), "share",
            found["pairs_high"], bar=">= 0.999", command=command,
            reference=f"{found['pairs_both_kept']:,} both kept; clusters up to {largest:,}"),
        Row(f"{name}: removals whose keeper has J under 0.7", round(low, 6), "share",
            found["removals"], bar="<= 0.001", command=command,
            reference=f"{found['removals_low']:,} of them"),
        Row(f"{name}: memory of driver and children at its peak", round(found["peak_bytes"] / 1e9, 2), "GB",
            documents, bar="<= 8", command=command, reference=f"by process then {parts} GB"),
        Row(f"{name}: CPU", round(cpu), "s", documents, command=command,
            reference=f"driver {found['driver_cpu']:.0f} s; {pairs:,} pairs of bands"),
        Row(f"{name}: bytes shuffled", round(shuffled / 1e9, 2), "GB", documents, command=command),
        Row(f"{name}: kept of the largest cluster", found["kept_of_largest"][0], "documents", largest,
            command=command, reference=f"next four {found['kept_of_largest'][1:]}"),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000_000)
    parser.add_argument("--largest", type=int)
    parser.add_argument("--folder", type=Path, help="where to work; by default in the temporary folder, and removed")
    parser.add_argument("--dry", action="store_true", help="leave results.json as it is")
    parser.add_argument("--phase", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        return _phase(options.phase)
    largest = options.largest or options.documents // 200
    folder = Path(tempfile.mkdtemp(prefix="curate-scale-", dir=options.folder))
    try:
        found = measure(folder, options.documents, largest)
    finally:
        shutil.rmtree(folder)
    print(json.dumps(found, indent=1))
    measured = rows(found, options.documents, largest)
    if not options.dry:
        results.merge(measured)
    print(table(measured))


if __name__ == "__main__":
    main()

"""Exact counts of line hashes: `python -m benchmarks.lines_counted [--hashes 100000000]`.

Documents of 100 lines through the real `frequent_lines` on the local engine, in a process of its own: a seventh of the
lines by Zipf's law (line k is in D/k of D documents), the others in one document each. All counts are known, so the
set that the phase writes is compared whole, hashes and numbers; and the memory of driver and children is measured at
the moment when it is most.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import yaml

from benchmarks import results
from benchmarks.planted import mixed, shard_table
from benchmarks.resident import watched
from benchmarks.rows import Row, table
from curate.recipe import load
from pipelines import tables
from pipelines.context import Context
from pipelines.output import ShardOutput
from schemas import LINES

COMMAND = "python -m benchmarks.lines_counted"
ROOT = Path(__file__).parents[1]
LINES_EACH, A_SHARD, A_GROUP = 100, 50_000, 5_000
PHASES = ("shards", "urls", "extract", "measure", "filter", "near_duplicates", "frequent_lines")


def measure(folder: Path, hashes: int) -> tuple[int, int, dict[str, int]]:
    """(lines whose count is wrong or that are missing or too many, most bytes resident, by process)."""
    documents = hashes // LINES_EACH
    counts = _write(folder, documents)
    command = [sys.executable, "-m", "benchmarks.lines_counted", "--phase", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT)
    peak, parts = watched(process)
    if process.returncode:
        raise SystemExit(f"the phase ended with {process.returncode}")
    return _wrong(_context(folder), counts), peak, parts


def _write(folder: Path, documents: int) -> np.ndarray:
    """What the phases before would have written; returns in how many documents line k is, int64[lines]."""
    (folder / "planted.jsonl").touch()
    settings = {"base": None, "name": "lines", "sources": [{"paths": ["planted.jsonl"], "group": "web"}]}
    settings["frequent_lines"] = {"groups": ["web"]}
    (folder / "recipe.yaml").write_text(yaml.safe_dump(settings))
    counts = documents // np.arange(1, documents + 1)
    counts = np.concatenate([counts, np.ones(max(0, documents * LINES_EACH - counts.sum()), np.int64)])
    ends, context = np.cumsum(counts), _context(folder)
    shards = -(-documents // A_SHARD)
    shard_table(context, shards)
    for shard in range(shards):
        rows = np.arange(shard * A_SHARD, min(documents, (shard + 1) * A_SHARD))
        _shard(context, shard, rows, documents, ends)
    return counts


def _shard(context: Context, shard: int, documents: np.ndarray, every: int, ends: np.ndarray) -> None:
    """Occurrence p of all, those of a line one after the other, is in document p modulo their number."""
    with ShardOutput(context.with_phase("measure", "planted"), shard) as out:
        file = out.parquet("lines", LINES.schema)
        for at in range(0, len(documents), A_GROUP):
            some = documents[at : at + A_GROUP]
            occurrences = some[:, None] + every * np.arange(LINES_EACH)
            hashes = mixed(np.searchsorted(ends, occurrences.ravel(), "right").astype(np.uint64) + np.uint64(1))
            offsets = pa.array(np.arange(len(some) + 1, dtype=np.int32) * LINES_EACH)
            none = pa.array(np.zeros(len(hashes), np.uint8))
            lists = [pa.ListArray.from_arrays(offsets, values) for values in (pa.array(hashes), none)]
            file.write(pa.record_batch([pa.array(some - documents[0]), *lists], schema=LINES.schema))
        out.stats["lines"] = len(documents) * LINES_EACH
    with ShardOutput(context.with_phase("near_duplicates", "planted"), shard) as out:
        out.counts.documents_in = out.counts.documents_kept = len(documents)


def _wrong(context: Context, counts: np.ndarray) -> int:
    found = tables.read(context, "set", 0)
    hashes, documents = found["hash"].to_numpy(), found["documents"].to_numpy()
    expected = np.flatnonzero(counts > context.recipe.frequent_lines.in_more_than)
    names = mixed(expected.astype(np.uint64) + np.uint64(1))
    by = np.argsort(names)
    if len(hashes) != len(names):
        return abs(len(hashes) - len(names))
    return int(((hashes != names[by]) | (documents != counts[expected[by]])).sum())


def _context(folder: Path) -> Context:
    keys = tuple((phase, "planted") for phase in PHASES)
    return Context(str(folder), load(str(folder / "recipe.yaml")), keys, "frequent_lines", 2)


def _phase(folder: Path) -> None:
    from pipelines import workers
    from pipelines.phases import frequent_lines
    from pipelines.runners import Engine

    frequent_lines.run(_context(folder), Engine())
    workers.close_all()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hashes", type=int, default=100_000_000)
    parser.add_argument("--phase", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        return _phase(options.phase)
    with tempfile.TemporaryDirectory() as folder:
        wrong, peak, parts = measure(Path(folder), options.hashes)
    print(json.dumps(parts))
    name = f"{options.hashes / 1e6:g} M line hashes counted"
    each = ", ".join(f"{size / 1e9:.2f}" for size in sorted(parts.values(), reverse=True) if size > 1e8)
    measured = [
        Row(f"{name}: lines with a wrong count", wrong, "lines", options.hashes, bar="= 0", command=COMMAND),
        Row(f"{name}: memory of driver and children at its peak", round(peak / 1e9, 2), "GB", options.hashes,
            bar="<= 2", command=COMMAND, reference=f"by process then {each} GB"),
    ]  # fmt: skip
    results.merge(measured)
    print(table(measured))


if __name__ == "__main__":
    main()

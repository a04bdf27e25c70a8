"""Candidates beside datasketch's: `python -m benchmarks.near_duplicates_lsh [--documents 1000000] [--largest 1000]`.

Planted clusters (planted.py) through the real phase with hot bands off, and the same sketches through a datasketch
MinHashLSH of as many bands and rows. A candidate of either is a pair of different sketches, each named by the first
document that has it, for the phase puts exact copies together before it looks for pairs. The two sets are to be equal.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import planted, results
from benchmarks.rows import Row, table
from pipelines import shuffle, tables, workers
from pipelines.context import Context
from pipelines.near import layout
from pipelines.phases import near_duplicates
from pipelines.runners import Engine
from schemas import make_ids

COMMAND = "python -m benchmarks.near_duplicates_lsh"
OFF = 10**9  # no band is so hot


def compare(folder: Path, documents: int, largest: int) -> tuple[np.ndarray, np.ndarray]:
    """(candidates of the phase, candidates of datasketch), int64[m, 2] sorted."""
    planted.write(folder, documents, largest, hot_band=OFF)
    context = planted.context_of(folder)
    near_duplicates.run(context, Engine())
    workers.close_all()
    ids, sketches = _sketches(context)
    first = _first_with_the_same(sketches)
    pairs = [shuffle.read(context, "pairs", n, layout.PAIR) for n in tables.shard_numbers(context)]
    ours = np.concatenate([np.column_stack([part["a"], part["b"]]) for part in pairs])
    return _named(np.searchsorted(ids, ours), first), _named(_found_by_datasketch(sketches), first)


def _sketches(context: Context) -> tuple[np.ndarray, np.ndarray]:
    """(ids ascending, sketches) of all documents."""
    ids, sketches = [], []
    for shard in tables.shard_numbers(context):
        table = tables.read(context, "sketches", shard, "measure")
        ids.append(make_ids(shard, table["row"].to_numpy()))
        sketches.append(layout.unpacked(table["sketch"].combine_chunks(), planted.VALUES))
    return np.concatenate(ids), np.concatenate(sketches)


def _first_with_the_same(sketches: np.ndarray) -> np.ndarray:
    whole = np.ascontiguousarray(sketches).view(np.dtype((np.void, sketches.shape[1] * 4))).ravel()
    _, first, of = np.unique(whole, return_index=True, return_inverse=True)
    return first[of]


def _found_by_datasketch(sketches: np.ndarray) -> np.ndarray:
    """All pairs that its LSH says may be similar."""
    import datasketch

    count, values = sketches.shape
    own = datasketch.MinHash(num_perm=values, seed=planted.SEED).permutations
    index = datasketch.MinHashLSH(num_perm=values, params=(14, 8))

    def of(row: int) -> datasketch.MinHash:
        made = sketches[row].astype(np.uint64)
        return datasketch.MinHash(values, planted.SEED, hashvalues=made, permutations=own, scheme="affine32")

    for row in range(count):
        index.insert(row, of(row), check_duplication=False)
    return np.array([(row, other) for row in range(count) for other in index.query(of(row)) if other != row], np.int64)


def _named(pairs: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Pairs of rows as sorted pairs of different first ones."""
    named = np.sort(first[pairs.reshape(-1, 2)], axis=1)
    return np.unique(named[named[:, 0] != named[:, 1]], axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--largest", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = compare(Path(folder), options.documents, options.largest)
    both = np.concatenate([ours, theirs])
    _, times = np.unique(both, axis=0, return_counts=True)
    many = f"{options.documents / 1e6:g} M sketches"
    name = f"near duplicates, {many}: candidates that datasketch's LSH has not, or alone"
    row = Row(name, int((times == 1).sum()), "pairs", len(theirs), bar="= 0", command=COMMAND)
    results.merge([row])
    print(table([row]))


if __name__ == "__main__":
    main()

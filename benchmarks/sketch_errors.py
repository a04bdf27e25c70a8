"""How far sketches of both kinds are from the truth: `python -m benchmarks.sketch_errors`.

Pairs of random sets that share three quarters of their shingles, sketches of 112 values, eight seeds with 500 pairs
each. Root mean square of estimate minus J, and its mean, which is 0 for an estimator without bias: a few hundredths
over the square root of 4,000 are chance. Into evaluation.json; about ten seconds.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import results
from benchmarks.evaluate import OUT
from benchmarks.rows import Row, table
from curate.dedup.fast_similarity import fast_similarity
from curate.dedup.sketches import similarity, sketches

COMMAND = "python -m benchmarks.sketch_errors"
SIZES, JACCARD, VALUES = (50, 150, 500, 2_000), 0.75, 112  # shingles of the two together
SEEDS, PAIRS = 8, 500
KINDS = {"MinHash": lambda sets, *more: sketches(sets.astype(np.uint32), *more), "fast similarity": fast_similarity}


def rows() -> list[Row]:
    return [row for size in SIZES for row in _of_size(size)]


def errors(size: int) -> dict[str, np.ndarray]:
    """{kind: estimate minus J of each pair}"""
    found: dict[str, list[np.ndarray]] = {kind: [] for kind in KINDS}
    shared = round(JACCARD * size)
    for seed in range(1, SEEDS + 1):
        one, other = _pairs(size, shared, seed)
        for kind, sketch in KINDS.items():
            a, b = (sketch(sets.ravel(), _offsets(sets), VALUES, seed) for sets in (one, other))
            found[kind].append(similarity(a, b) - shared / size)
    return {kind: np.concatenate(each) for kind, each in found.items()}


def _of_size(size: int) -> list[Row]:
    of = errors(size)
    rmse = {kind: float(np.sqrt(np.mean(each**2))) for kind, each in of.items()}

    def row(what: str, value: float, unit: str, **more: Any) -> Row:
        name = f"sketch error at J 0.75, {size:,} shingles: {what}"
        return Row(name, round(value, 4), unit, SEEDS * PAIRS, seeds=SEEDS, command=COMMAND, **more)

    each = [row(f"{kind}, RMSE", rmse[kind], "J", reference=f"mean {of[kind].mean():+.4f}") for kind in KINDS]
    ratio = rmse["fast similarity"] / rmse["MinHash"]
    return [*each, row("fast similarity over MinHash", ratio, "times", bar="<= 1")]


def _pairs(size: int, shared: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(uint64[PAIRS, n], uint64[PAIRS, m]): sets of `size` hashes together, `shared` of them in both."""
    drawn = np.random.default_rng((seed, size)).integers(0, 1 << 64, (PAIRS, size), np.uint64)
    middle = shared + (size - shared) // 2
    return drawn[:, :middle], np.concatenate([drawn[:, :shared], drawn[:, middle:]], axis=1)


def _offsets(sets: np.ndarray) -> np.ndarray:
    return np.arange(len(sets) + 1, dtype=np.int64) * sets.shape[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    found = rows()
    results.merge(found, options.out)
    print(table(found))


if __name__ == "__main__":
    main()

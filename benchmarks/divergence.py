"""KL divergence: microseconds of CPU a document against a Counter and np.unique, on the same synthetic ids in one run.

python benchmarks/divergence.py
"""

import itertools
import math
import time
from collections import Counter
from collections.abc import Callable

import numpy as np

from curate import divergence

SIZE, DOCUMENTS, TOKENS = 100_277, 4000, 1200


def main() -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(TOKENS // 4, 2 * TOKENS, DOCUMENTS)
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int64)
    ids = np.minimum(rng.zipf(1.2, offsets[-1]) - 1, SIZE - 1).astype(np.int32)  # ids by rank, as words are
    logq = divergence.reference(divergence.histogram(ids, SIZE))
    floats = logq / divergence.UNIT
    divergence.kl(ids, offsets[:2], logq)  # compiles
    per_list = floats.tolist()
    as_lists = [ids[start:end].tolist() for start, end in itertools.pairwise(offsets)]
    as_arrays = [ids[start:end] for start, end in itertools.pairwise(offsets)]

    ours, values = timed(lambda: divergence.kl(ids, offsets, logq))
    counter, expected = timed(lambda: [by_counter(tokens, per_list) for tokens in as_lists])
    unique, _ = timed(lambda: [by_unique(tokens, floats) for tokens in as_arrays])
    print(f"{DOCUMENTS:,} documents of {offsets[-1] / DOCUMENTS:.0f} tokens; "
          f"largest difference {np.abs(values - expected).max():.4f} nat (rounding 0.0005)")
    print(f"{'':12} us/document  x faster")
    for name, seconds in [("Counter", counter), ("np.unique", unique), ("curate", ours)]:
        print(f"{name:12} {seconds / DOCUMENTS * 1e6:11.1f} {seconds / ours:9.1f}")


def by_counter(tokens: list[int], logq: list[float]) -> float:
    count = len(tokens)
    return sum(n / count * (math.log(n / count) - logq[token]) for token, n in Counter(tokens).items())


def by_unique(tokens: np.ndarray, logq: np.ndarray) -> float:
    distinct, counts = np.unique(tokens, return_counts=True)
    part = counts / len(tokens)
    return float((part * (np.log(part) - logq[distinct])).sum())


def timed(function: Callable):
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


if __name__ == "__main__":
    main()

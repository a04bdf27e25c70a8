"""Share of equal values of pairs of sketches, without gathering them first: one sketch takes part in many pairs."""

from __future__ import annotations

import numpy as np

from curate.dedup.arrays import owned
from curate.kernels.jit import kernel


def agreement(a: np.ndarray, at_a: np.ndarray, b: np.ndarray, at_b: np.ndarray) -> np.ndarray:
    """float64[m]: of sketches a[at_a[i]] and b[at_b[i]], as `sketches.similarity` has it (uint32[n, values])."""
    a, b = owned(a, np.uint32), owned(b, np.uint32)
    return _equal(a, owned(at_a, np.int64), b, owned(at_b, np.int64)) / max(1, a.shape[1])


@kernel
def _equal(a, at_a, b, at_b):
    counts = np.zeros(at_a.size, np.int64)
    for pair in range(at_a.size):
        left, right, equal = a[at_a[pair]], b[at_b[pair]], 0
        for value in range(left.size):
            equal += left[value] == right[value]
        counts[pair] = equal
    return counts

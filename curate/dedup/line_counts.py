"""How many documents hold a line, exactly, and which lines are in too many of them (Llama 3, section 3.1.1).

Memory, three times the input, is bounded by the caller, who counts one range of hashes at a time: 31 to 54 M
a second on a busy machine (benchmarks/lines.py). Hash 0 is no line.
"""

from __future__ import annotations

import numpy as np

from curate.dedup.radix_count import radix_count
from curate.dedup.shingles import unique_sets


def once_a_document(hashes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """uint64[m]: the distinct lines of each document, one after the other."""
    found, _ = unique_sets(hashes, offsets)
    return found[found != 0]


def count(hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(unique hashes ascending, int64 counts)."""
    return radix_count(hashes)


def frequent(unique: np.ndarray, counts: np.ndarray, in_more_than: int) -> np.ndarray:
    """The hashes that more than `in_more_than` documents hold, ascending."""
    return unique[counts > in_more_than]


def mask(hashes: np.ndarray, known: np.ndarray) -> np.ndarray:
    """bool[m]: which hashes are in `known` (uint64, ascending)."""
    if not len(known):
        return np.zeros(len(hashes), bool)
    at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return (known[at] == hashes) & (hashes != 0)

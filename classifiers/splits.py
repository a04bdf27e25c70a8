"""Which documents are learnt from, which choose settings and calibration, and which only judge: by key.

A key is a host, a site, a thread or a file. All documents of a key are on one side, or a model could pass the test by
knowing the site again. The side is a hash of seed and key (xxh3), so it is the same whatever other keys there are and
in whatever order they come: a set of labels that grows moves no document from training to testing.

The price: sides are 80, 10 and 10 % of the keys, not of the documents; one huge host may upset that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

TRAIN, VALIDATION, TEST = 0, 1, 2
_TENTHS = np.array([TRAIN] * 8 + [VALIDATION, TEST], np.int8)


def split(keys: Sequence[str] | np.ndarray, seed: int) -> np.ndarray:
    """int8[n]: TRAIN, VALIDATION or TEST for the document of each key."""
    return _TENTHS[_hashes(keys, f"split {seed}") % np.uint64(10)]


def folds(keys: Sequence[str] | np.ndarray, k: int, seed: int) -> np.ndarray:
    """int32[n]: which of `k` folds each document is in."""
    if k < 2:
        raise ValueError(f"{k} folds: there must be two at least")
    return (_hashes(keys, f"folds {seed}") % np.uint64(k)).astype(np.int32)


def _hashes(keys: Sequence[str] | np.ndarray, purpose: str) -> np.ndarray:
    import xxhash

    known: dict[str, int] = {}
    for key in keys:
        if key not in known:
            known[key] = xxhash.xxh3_64_intdigest(f"{purpose}\0{key}".encode())
    return np.fromiter((known[key] for key in keys), np.uint64, len(keys))

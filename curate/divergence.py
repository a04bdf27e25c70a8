"""How unlike its corpus a document's words are: KL divergence of its token distribution from the corpus's.

Llama 3 (section 3.1.1) drops documents with outlier token distributions. KL(document || reference) is the sum over
tokens t of p(t) (log p(t) - log q(t)), with p the document's frequencies and q the reference's, add-one smoothed so
that no token has probability 0. In nats.

Logarithms are tables of integers in units of 2^-20 nat, and integers are summed: no order of addition, fused multiply
or vector width can change a sum. The result is rounded to 1/1000 (error of the tables below 2e-6). Two passes over the
ids, one to count and one to add up and clear. benchmarks/divergence.py: about 19 times a Counter's speed.
"""

from __future__ import annotations

import math

import numpy as np

from curate.kernels.jit import kernel

UNIT = 1 << 20


def histogram(ids: np.ndarray, size: int) -> np.ndarray:
    """Occurrences of each token, int64[size]. Histograms of batches add up."""
    _check(ids, size)
    return np.bincount(ids, minlength=size).astype(np.int64, copy=False)


def add(ids: np.ndarray, offsets: np.ndarray, documents: np.ndarray, counts: np.ndarray) -> None:
    """Count the tokens of some documents (numbers) of a batch into `counts`, int64[size]; reads those tokens only."""
    _check(ids, len(counts))
    if len(documents) and not 0 <= int(documents.min()) <= int(documents.max()) < len(offsets) - 1:
        raise ValueError(f"documents {documents.min()} to {documents.max()} of a batch of {len(offsets) - 1}")
    if len(offsets) and (offsets[0] < 0 or offsets[-1] > len(ids) or (np.diff(offsets) < 0).any()):
        raise ValueError(f"offsets {offsets[0]} to {offsets[-1]} do not lie in a batch of {len(ids)} tokens")
    ids = _writable(np.ascontiguousarray(ids, np.int32))
    offsets = _writable(np.ascontiguousarray(offsets, np.int64))
    _add(ids, offsets, np.ascontiguousarray(documents, np.int64), counts)


def reference(counts: np.ndarray) -> np.ndarray:
    """log q of every token, int32[size] in units of 2^-20 nat, from a corpus's histogram."""
    total = int(counts.sum()) + len(counts)
    return np.rint(np.log((counts + 1) / total) * UNIT).astype(np.int32)


def kl(ids: np.ndarray, offsets: np.ndarray, logq: np.ndarray) -> np.ndarray:
    """KL divergence of each document in nats, float32[n] rounded to 1/1000; 0 for a document without tokens."""
    _check(ids, len(logq))
    ids = np.ascontiguousarray(ids, np.int32)
    sums = _document_sums(_writable(ids), _writable(np.ascontiguousarray(offsets, np.int64)), _writable(logq))
    lengths = np.maximum(np.diff(offsets), 1)
    nats = sums / (lengths * float(UNIT)) - np.log(lengths)
    return (np.rint(np.maximum(nats, 0) * 1000) / 1000).astype(np.float32)


def _check(ids: np.ndarray, size: int) -> None:
    """The kernel has no bounds checks."""
    if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < size:
        raise ValueError(f"token ids {ids.min()} to {ids.max()} do not fit a vocabulary of {size}; was it another one?")


def _writable(array: np.ndarray) -> np.ndarray:
    """numba compiles once more for read-only arrays."""
    return array if array.flags.writeable else array.copy()


@kernel
def _add(ids, offsets, documents, counts):
    for document in documents:
        for at in range(offsets[document], offsets[document + 1]):
            counts[ids[at]] += 1


@kernel
def _document_sums(ids, offsets, logq):
    """For each document, sum over its tokens t of count(t) log count(t) - count(t) log q(t), in UNIT."""
    seen = np.zeros(len(logq), np.int32)
    small = np.array([round(n * math.log(max(n, 1)) * UNIT) for n in range(4096)], np.int64)
    sums = np.zeros(len(offsets) - 1, np.int64)
    for document in range(len(offsets) - 1):
        total = np.int64(0)
        for at in range(offsets[document], offsets[document + 1]):
            seen[ids[at]] += 1
            total -= logq[ids[at]]
        for at in range(offsets[document], offsets[document + 1]):
            count = seen[ids[at]]
            if count > 1:
                total += small[count] if count < 4096 else round(count * math.log(count) * UNIT)
            seen[ids[at]] = 0
        sums[document] = total
    return sums

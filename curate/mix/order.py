"""Hashes that decide order and sampling: pure functions of (seed, uid), the same on every machine.

splitmix64 (Steele, Lea and Flood 2014) is a bijection of 64 bits that passes the usual statistical tests. A *stream*
sets decisions apart: were sampling and order one hash, a sampled corpus would hold only its first part.
"""

from __future__ import annotations

import numpy as np

SAMPLING, ORDER, TOPICS = 1, 2, 3


def order_hash(seed: int, uids: np.ndarray, copies: np.ndarray | int = 0) -> np.ndarray:
    """uint64[n]: sort by (this, uid, copy) to pack. The n-th copy of a document has a place of its own."""
    first = stream_hash(seed, ORDER, uids)
    return splitmix64(first ^ splitmix64(np.atleast_1d(copies).astype(np.uint64)))


def stream_hash(seed: int, stream: int, uids: np.ndarray) -> np.ndarray:
    """uint64[n] of the documents `uids`, independent from stream to stream."""
    start = splitmix64(splitmix64(np.array([seed], np.uint64)) + np.uint64(stream))
    return splitmix64(np.asarray(uids, np.uint64) ^ start)


def splitmix64(values: np.ndarray) -> np.ndarray:
    """The finaliser of splitmix64 on uint64 (products wrap)."""
    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))

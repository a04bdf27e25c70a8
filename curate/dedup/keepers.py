"""Who stays: the lexicographically first maximal independent set of the graph of verified pairs.

Documents are put in one total order: the recipe's policy, then the id. In that order a document stays unless a
neighbour that already stays removes it. So no two kept documents are near duplicates, each removed one has a kept
neighbour verified as similar, and nothing is lost by transitivity, as it is with connected components: a chain of
revisions keeps one of each stretch, not one in all.

The edges alone do it: sorted by (rank of the better end, rank of the worse), by the time an edge is read the fate of
its better end is known. A sort and one pass: 1.4 s for a random million (benchmarks/near_duplicates.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.dedup.arrays import owned
from curate.kernels.jit import kernel
from curate.rules import signal_values

if TYPE_CHECKING:
    from curate.recipe.keep import KeepSignal

LAST = np.iinfo(np.int64).max
Removals = tuple[np.ndarray, np.ndarray, np.ndarray]


def order_keys(columns: Any, policy: Sequence[str | KeepSignal], trust: int | np.ndarray = 0) -> np.ndarray:
    """int64[n, k], one column for each part of the policy, smaller is better; what has no date or value comes last.

    `columns` is a table or batch with `date`, `chars` and the signals that the policy names; `trust` one number or one
    for each row. Ties go to the next part, in the end to the smaller id.
    """
    count = columns.num_rows
    keys = np.empty((count, len(policy)), np.int64)
    for at, part in enumerate(policy):
        if isinstance(part, str):
            keys[:, at] = _key(columns, part, np.broadcast_to(np.asarray(trust, np.int64), count))
        else:
            values = signal_values(columns, part.signal)
            keys[:, at] = ascending(values if part.prefer == "lowest" else -values)
    return keys


def ascending(values: np.ndarray) -> np.ndarray:
    """int64[n] in the order of the float64 `values`; NaN last, -0.0 equal to 0.0.

    The bits of positive floats are in the order of the floats; those of negative ones, but for the sign, in reverse.
    """
    bits = (np.asarray(values, np.float64) + 0.0).view(np.int64)  # -0.0 + 0.0 is 0.0
    return np.where(np.isnan(values), LAST, np.where(bits < 0, bits ^ LAST, bits))


def keep(a: np.ndarray, b: np.ndarray, similarity: np.ndarray, keys_a: np.ndarray, keys_b: np.ndarray) -> Removals:
    """(removed ids ascending, the best kept neighbour of each, their similarity).

    `a` and `b` are the ids of verified pairs in any order, `keys_*` int64[m, k] the order keys of their ends. A pair
    that is listed twice counts at its higher similarity.
    """
    ids, better, worse, values = ranked_edges(a, b, similarity, keys_a, keys_b)
    keeper = np.full(len(ids), -1, np.int64)
    at = np.zeros(len(ids), np.int64)
    _greedy(better, worse, keeper, at)
    return by_id(ids, keeper, values[at] if len(values) else np.empty(0))


def ranked_edges(
    a: np.ndarray, b: np.ndarray, similarity: np.ndarray, keys_a: np.ndarray, keys_b: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(ids by rank, better end, worse end, similarity): edges between ranks, sorted, the most similar first."""
    both = np.concatenate([a, b]).astype(np.int64)
    unique, first, place = np.unique(both, return_index=True, return_inverse=True)
    keys = np.concatenate([keys_a, keys_b])[first]
    by = np.lexsort([unique, *keys.T[::-1]])
    rank = np.empty(len(unique), np.int64)
    rank[by] = np.arange(len(unique))
    ends = rank[place].reshape(2, -1)
    better, worse = ends.min(axis=0), ends.max(axis=0)
    similarity = np.asarray(similarity, np.float64)
    order = np.lexsort([-similarity, worse, better])
    order = order[better[order] != worse[order]]
    return unique[by], owned(better[order], np.int64), owned(worse[order], np.int64), similarity[order]


def by_id(ids: np.ndarray, keeper: np.ndarray, similarity: np.ndarray) -> Removals:
    """Removals by rank (keeper -1: stays) as removals by id."""
    removed = np.flatnonzero(keeper >= 0)
    removed = removed[np.argsort(ids[removed])]
    return ids[removed], ids[keeper[removed]], similarity[removed]


def _key(columns: Any, word: str, trust: np.ndarray) -> np.ndarray:
    if word == "trust":
        return -trust
    if word == "longest":
        return -_integers(columns["chars"], 0)
    seconds = columns["date"]
    if pa.types.is_timestamp(seconds.type):
        seconds = seconds.cast(pa.timestamp("s", seconds.type.tz), safe=False)
    dates = _integers(seconds.cast(pa.int64()), LAST)
    return np.where(dates == LAST, LAST, -dates) if word == "newest" else dates


def _integers(column: Any, missing: int) -> np.ndarray:
    return np.asarray(pc.fill_null(column.cast(pa.int64()), missing), np.int64)


@kernel
def _greedy(better, worse, keeper, at):
    for edge in range(better.size):
        if keeper[better[edge]] < 0 and keeper[worse[edge]] < 0:
            keeper[worse[edge]] = better[edge]
            at[worse[edge]] = edge

"""Who stays: the lexicographically first maximal independent set of the graph of verified pairs.

Documents are put in one total order: the recipe's policy, then the id. In that order a document stays unless a
neighbour that already stays removes it. So no two kept documents are near duplicates, each removed one has a kept
neighbour verified as similar, and nothing is lost by transitivity, as it is with connected components: a chain of
revisions keeps one of each stretch, not one in all.

The edges alone do it, packed into 8 bytes each: sorted by (rank of the better end, rank of the worse), by the time an
edge is read the fate of its better end is known. A sort and one pass (benchmarks/near_duplicates.py).
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
    ids, first = np.unique(np.concatenate([a, b]).astype(np.int64), return_index=True)
    rank = ranks(ids, np.concatenate([keys_a, keys_b])[first])
    ends = packed(a, b, ids, rank)
    keeper = decided(np.sort(ends), len(ids))
    values = np.zeros(len(ids))
    note_similarity(values, keeper, ends, similarity)
    return by_id(ids, rank, keeper, values)


def ranks(ids: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """int64[n]: the place of each of `ids` in the order of `keys` (int64[n, k]), then of the ids."""
    rank = np.empty(len(ids), np.int64)
    rank[np.lexsort([ids, *keys.T[::-1]])] = np.arange(len(ids))
    return rank


def packed(a: np.ndarray, b: np.ndarray, ids: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """uint64[m]: of each edge the rank of the better end << 32 | that of the worse; `ids` ascending, with `rank`."""
    first, second = (rank[np.searchsorted(ids, end)].astype(np.uint64) for end in (a, b))
    return np.minimum(first, second) << np.uint64(32) | np.maximum(first, second)


def decided(ends: np.ndarray, count: int) -> np.ndarray:
    """int64[count]: by rank, the rank of the keeper of what goes, -1 of what stays. `ends` sorted edges of `packed`."""
    keeper = np.full(count, -1, np.int64)
    _greedy(owned(ends, np.uint64), keeper)
    return keeper


def note_similarity(values: np.ndarray, keeper: np.ndarray, ends: np.ndarray, similarity: np.ndarray) -> None:
    """Raise in `values` (by rank) the similarity of what goes and its keeper to that of these edges."""
    better, worse = (ends >> np.uint64(32)).astype(np.int64), (ends & np.uint64(0xFFFFFFFF)).astype(np.int64)
    decides = keeper[worse] == better
    np.maximum.at(values, worse[decides], similarity[decides])


def by_id(ids: np.ndarray, rank: np.ndarray, keeper: np.ndarray, similarity: np.ndarray) -> Removals:
    """Removals by rank as removals by id; `ids` ascending, with `rank`."""
    by_rank = np.empty(len(ids), np.int64)
    by_rank[rank] = ids
    gone = rank[keeper[rank] >= 0]
    return by_rank[gone], by_rank[keeper[gone]], similarity[gone]


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
def _greedy(ends, keeper):
    for edge in ends:
        better, worse = np.int64(edge >> np.uint64(32)), np.int64(edge & np.uint64(0xFFFFFFFF))
        if better != worse and keeper[better] < 0 and keeper[worse] < 0:
            keeper[worse] = better

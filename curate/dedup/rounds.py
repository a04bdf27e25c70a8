"""The same answer as `keepers.keep` in rounds, for graphs beyond one machine's sort: above some 10^8 edges.

A document that beats all its undecided neighbours stays and its neighbours go, in all places at once (Blelloch,
Fineman, Shun 2012, "Greedy sequential maximal independent set and matching are parallel on average"). Random orders
need about log n rounds, but a chain of revisions in order of date needs as many as it is long, so once few edges are
undecided the greedy pass finishes.
"""

from __future__ import annotations

import numpy as np

from curate.dedup.keepers import Removals, _greedy, by_id, ranked_edges


def keep_by_rounds(
    a: np.ndarray, b: np.ndarray, similarity: np.ndarray, keys_a: np.ndarray, keys_b: np.ndarray, until: int = 10**8
) -> Removals:
    """As `keepers.keep`; rounds until at most `until` edges are undecided."""
    ids, better, worse, values = ranked_edges(a, b, similarity, keys_a, keys_b)
    removed = _removed(len(ids), better, worse, until)
    decides = np.flatnonzero(~removed[better] & removed[worse])
    losers, first = np.unique(worse[decides], return_index=True)  # edges are sorted: the first is from the best keeper
    keeper, value = np.full(len(ids), -1, np.int64), np.zeros(len(ids))
    keeper[losers], value[losers] = better[decides][first], values[decides][first]
    return by_id(ids, keeper, value)


def _removed(count: int, better: np.ndarray, worse: np.ndarray, until: int) -> np.ndarray:
    removed = np.zeros(count, bool)
    while len(better) > until:
        beaten = np.zeros(count, bool)
        beaten[worse] = True
        winning = ~beaten[better]
        removed[worse[winning]] = True
        open_edges = ~(winning | removed[better] | removed[worse])
        better, worse = better[open_edges], worse[open_edges]
    keeper = np.full(count, -1, np.int64)
    _greedy(better, worse, keeper, np.zeros(count, np.int64))
    return removed | (keeper >= 0)

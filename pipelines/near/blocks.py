"""What travels between places is cut into blocks of bounded size, each for one place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def groups(to: np.ndarray, what: np.ndarray) -> np.ndarray:
    """int64[groups + 1]: where each run of one destination and one thing sent there begins, and the end."""
    return np.r_[np.flatnonzero(np.r_[True, (to[1:] != to[:-1]) | (what[1:] != what[:-1])]), len(to)]


def blocks(to: np.ndarray, starts: np.ndarray, *bounds: tuple[np.ndarray, int]) -> Iterator[tuple[int, int]]:
    """Ranges of records, whole groups of one destination: as many as stay within all bounds, but one at the least.

    `to` is the destination of each record, `starts` their `groups`, a bound the weight of each group and the most that
    a block may weigh.
    """
    heaped = [(np.r_[0, np.cumsum(weights)], most) for weights, most in bounds]
    place = to[starts[:-1]]
    first = 0
    while first < len(place):
        ends = [int(np.searchsorted(heap, heap[first] + most, "right")) - 1 for heap, most in heaped]
        end = max(min(*ends, int(np.searchsorted(place, place[first], "right"))), first + 1)
        yield int(starts[first]), int(starts[end])
        first = end

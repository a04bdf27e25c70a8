"""The order of a stream's rows: a pure function of (seed, epoch, lane, k), so that any step is reached at once.

A stream is an endless sequence; place n is epoch n // rows, and within it round k of the lanes, each of which gives
one row a round, in an order drawn for the round. What is drawn once an epoch or once a window is a sort by hash: no
library's generator is asked, so the order is the same with any version of numpy.

- A stream of up to 128 M tokens is shuffled wholly, row by row (and held decoded: 512 MB at most).
- A larger one is cut into as many strata as row groups may be open at once, in the order of its files, which may well
  be sorted by source. A lane has strata from all over the stream, other ones each epoch, and reads one row group of
  each after the other; the rows that come to lie in one window of the lane are shuffled. All lanes together thus always
  have every part of the stream open in its share, where row groups in random order would leave the batches of some
  hundred steps with too much of one source. Windows of the lanes begin at different times.

2**30 tokens are open over all lanes: 4 GB for a stream that has as many, over all ranks together, since a rank reads
its lanes and a part of its neighbours'. benchmarks/loader.py measures how well that mixes.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import xxhash

WHOLE = 1 << 27  # tokens of a stream that is shuffled wholly
OPEN = 1 << 30  # tokens in the windows of all lanes of a larger one
LEAST = 4  # row groups a lane has; with fewer there are fewer lanes
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Places:
    """Where rows lie: row `row` of row group `group`, of which nothing is needed from place `until` on."""

    group: np.ndarray
    row: np.ndarray
    until: np.ndarray


class Order:
    """Of a stream whose row groups hold `rows` rows of `length` tokens."""

    def __init__(
        self, name: str, rows: np.ndarray, length: int, seed: int, lanes: int, whole: int = WHOLE, opened: int = OPEN
    ) -> None:
        self.name, self.seed, self.groups = name, seed, np.asarray(rows, np.int64)
        self.rows = int(self.groups.sum())
        self.whole = self.rows * length <= whole
        self.lanes = 1 if self.whole else max(min(lanes, len(self.groups) // LEAST), 1)
        self.window = self.rows if self.whole else max(opened // length // self.lanes, 1)
        self._epochs: OrderedDict[int, tuple[np.ndarray, np.ndarray]] = OrderedDict()
        self._windows: OrderedDict[tuple[int, int, int], np.ndarray] = OrderedDict()

    def turns(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(epoch, lane, k) of places first <= n < last."""
        parts = []
        for epoch in range(first // self.rows, -(-last // self.rows)):
            start = epoch * self.rows
            parts.append(self._turns(epoch, max(first - start, 0), min(last - start, self.rows)))
        empty = np.empty(0, np.int64)
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True)) if parts else (empty, empty, empty)  # type: ignore[return-value]

    def find(self, epoch: np.ndarray, lane: np.ndarray, k: np.ndarray) -> Places:
        """The rows that come at these turns."""
        group, row, until = (np.empty(len(k), np.int64) for _ in range(3))
        window = (k + self._offsets(lane)) // self.window
        order = np.lexsort((window, lane, epoch))
        keys = np.stack([epoch, lane, window])[:, order]
        new = np.flatnonzero(np.any(keys[:, 1:] != keys[:, :-1], axis=0)) + 1
        for at in np.split(order, new) if len(order) else []:
            e, of_lane, w = int(epoch[at[0]]), int(lane[at[0]]), int(window[at[0]])
            group[at], row[at], until[at] = self._in_window(e, of_lane, w, k[at])
        return Places(group, row, until)

    def _turns(self, epoch: int, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        n = np.arange(first, last, dtype=np.int64)
        k, j = n // self.lanes, n % self.lanes
        if self.lanes == 1:
            return np.full(len(n), epoch), np.zeros(len(n), np.int64), k
        rounds = np.arange(first // self.lanes, (last - 1) // self.lanes + 1, dtype=np.uint64)
        every = np.arange(self.lanes, dtype=np.uint64)
        drawn = _mixed(rounds[:, None] * np.uint64(self.lanes) + every, self._key(epoch, "lanes"))
        left = self.rows % self.lanes
        if left and last > self.rows - left:  # the last round of an epoch is of the first lanes only
            drawn[-1, left:] = np.iinfo(np.uint64).max
        lanes = np.argsort(drawn, axis=1, kind="stable")
        return np.full(len(n), epoch), lanes[k - k[0], j], k

    def _in_window(self, epoch: int, lane: int, window: int, k: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
        size = self.rows // self.lanes + (lane < self.rows % self.lanes)
        offset = int(self._offsets(lane))
        start, end = max(window * self.window - offset, 0), min((window + 1) * self.window - offset, size)
        first = lane * (self.rows // self.lanes) + min(lane, self.rows % self.lanes)
        shuffled = self._shuffled(epoch, lane, window, end - start)
        groups, ends = self._arranged(epoch)
        position = first + start + shuffled[k - start]
        at = np.searchsorted(ends, position, side="right")
        group = groups[at]
        until = NEVER if self.whole else epoch * self.rows + end * self.lanes
        return group, position - ends[at] + self.groups[group], until

    def _offsets(self, lane: np.ndarray | int) -> np.ndarray | int:
        return 0 if self.lanes == 1 else self.window * lane // self.lanes

    def _shuffled(self, epoch: int, lane: int, window: int, size: int) -> np.ndarray:
        key = (epoch, lane, window)
        if key not in self._windows:
            self._windows[key] = _permutation(size, self._key(epoch, "rows", lane, window))
        self._windows.move_to_end(key)
        while len(self._windows) > 2 * self.lanes + 1:
            self._windows.popitem(last=False)
        return self._windows[key]

    def _arranged(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """(row groups in the order in which lanes read them, one lane after the other; rows up to the end of each)."""
        if epoch not in self._epochs:
            groups = np.arange(len(self.groups)) if self.whole else self._by_lane(epoch)
            self._epochs[epoch] = groups, np.cumsum(self.groups[groups])
            while len(self._epochs) > 2:
                self._epochs.popitem(last=False)
        return self._epochs[epoch]

    def _by_lane(self, epoch: int) -> np.ndarray:
        """Row groups by (lane, turn within the stratum, number of the lane's stratum)."""
        count = len(self.groups)
        each = min(max(round(self.window * count / self.rows), 1), count // self.lanes or 1)  # strata of a lane
        middles = np.cumsum(self.groups) - self.groups / 2
        rotated = (middles / self.rows + (self._key(epoch, "rotation") >> 11) / 2**53) % 1.0
        stratum = np.minimum((rotated * (self.lanes * each)).astype(np.int64), self.lanes * each - 1)
        number, within = np.divmod(stratum, self.lanes)
        lanes = np.stack([_permutation(self.lanes, self._key(epoch, "strata", n)) for n in range(each)])
        drawn = _mixed(np.arange(count, dtype=np.uint64), self._key(epoch, "groups"))
        order = np.lexsort((drawn, stratum))
        turn = np.empty(count, np.int64)
        turn[order] = np.arange(count) - np.searchsorted(stratum[order], stratum[order])
        return np.lexsort((number, turn, lanes[number, within]))

    def _key(self, *parts: object) -> int:
        said = "\0".join(str(part) for part in (self.seed, self.name, *parts))
        return xxhash.xxh3_64_intdigest(said.encode())


def _permutation(size: int, key: int) -> np.ndarray:
    return np.argsort(_mixed(np.arange(size, dtype=np.uint64), key), kind="stable")


def _mixed(values: np.ndarray, key: int) -> np.ndarray:
    """64 bits drawn for each value (Steele, Lea and Flood 2014: splitmix64)."""
    z = values * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))

"""The order of a stream's rows: a pure function of (seed, epoch, lane, k), so that any step is reached at once.

A stream is an endless sequence; place n is epoch n // rows, and within it round k of the lanes, each of which gives
one row a round. The rows of a step come from lanes that lie evenly, so that ranks, each with a part of the step's rows
by lane, read few lanes.

- A stream of up to 128 M tokens is shuffled wholly, row by row (and held decoded: 512 MB).
- A larger one is cut into strata of equally many rows, in the order of its files, which may well be sorted by source.
  A lane has strata from all over the stream, other ones each epoch. Of each it reads the row groups in an order drawn;
  a window of the lane takes the next few rows of all its strata, and is shuffled. So all parts of the stream always
  come in their share, where row groups read in random order would give hundreds of steps too much of one source. A lane
  begins in the middle of a window, each lane elsewhere, so that not all need new row groups at the same step.

What is held decoded for that is 4 GB of ids at most for a stream (row groups of 2 M tokens), over all ranks together: a
rank reads its lanes, and a part of its neighbours'. Sequences are drawn by sorting hashes, not by a library's
generator: they are the same with any version of numpy. benchmarks/loader.py measures how well all that mixes.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from trainer.data.draws import drawn, evenly, key_of, permutation
from trainer.data.strata import Epoch, arranged

WHOLE = 1 << 27  # tokens of a stream that is shuffled wholly
OPEN = 1 << 30  # tokens decoded at once of a larger one: three quarters in a row group a stratum, the rest in windows
LEAST = 16  # row groups a lane has, or there are fewer lanes
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Places:
    """Row `row` of row group `group`, of which nothing is needed from place `until` of the stream on."""

    group: np.ndarray
    row: np.ndarray
    until: np.ndarray


class Order:
    """Of a stream whose row groups hold `rows` rows of `length` tokens."""

    def __init__(self, name: str, rows: np.ndarray, length: int, seed: int, lanes: int) -> None:
        self.name, self.seed, self.groups = name, seed, np.asarray(rows, np.int64)
        self.rows, count = int(self.groups.sum()), len(self.groups)
        tokens = self.rows * length
        self.whole = tokens <= WHOLE
        self.lanes = 1 if self.whole else max(min(lanes, count // LEAST), 1)
        open_groups = min(OPEN * 3 // 4 * count // tokens, count // 2)
        self.strata = 1 if self.whole else max(open_groups // self.lanes, 1)  # of a lane
        self.windows = 1 if tokens <= OPEN else tokens * 4 // OPEN  # of a lane in an epoch
        self._turn = evenly(self.lanes)
        self._epochs: OrderedDict[int, Epoch] = OrderedDict()
        self._ends: dict[int, np.ndarray] = {}
        self._drawn: OrderedDict[tuple[int, int, int], tuple[np.ndarray, ...]] = OrderedDict()

    def turns(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(epoch, lane, k) of places first <= n < last."""
        n = np.arange(first, last, dtype=np.int64)
        epoch, place = n // self.rows, n % self.rows
        k, j = place // self.lanes, place % self.lanes
        if self.lanes == 1 or not len(n):
            return epoch, np.zeros(len(n), np.int64), k
        lane = np.empty(len(n), np.int64)
        for e in range(int(epoch[0]), int(epoch[-1]) + 1):
            of = epoch == e
            lane[of] = self._lanes(e, int(k[of][0]), int(k[of][-1]))[k[of] - k[of][0], j[of]]
        return epoch, lane, k

    def find(self, epoch: np.ndarray, lane: np.ndarray, k: np.ndarray) -> Places:
        """The rows that come at these turns."""
        group, row, until = (np.empty(len(k), np.int64) for _ in range(3))
        order = np.lexsort((lane, epoch))
        new = np.flatnonzero((np.diff(epoch[order]) != 0) | (np.diff(lane[order]) != 0)) + 1
        for those in np.split(order, new) if len(order) else []:
            of_lane = self._of_lane(int(epoch[those[0]]), int(lane[those[0]]), k[those])
            group[those], row[those], until[those] = of_lane
        return Places(group, row, until)

    def _lanes(self, epoch: int, first: int, last: int) -> np.ndarray:
        """The order of the lanes in each of the rounds first to last: spread evenly, begun where is drawn."""
        begin = drawn(np.arange(first, last + 1), self._key(epoch, "lanes")) % np.uint64(self.lanes)
        turn = self._turn[(np.arange(self.lanes) - begin.astype(np.int64)[:, None]) % self.lanes]
        if last == self.rows // self.lanes:  # the last round of an epoch is of the first lanes only
            turn[-1, self.rows % self.lanes :] = self.lanes
        return np.argsort(turn, axis=1, kind="stable")

    def _of_lane(self, epoch: int, lane: int, k: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        ends = self._window_ends(epoch, lane)
        size = int(ends[-1])
        begin = int(ends[0]) * lane // self.lanes  # what is before comes last
        at = (k + begin) % size
        window = np.searchsorted(ends, at, side="right")
        group, row, until = (np.empty(len(k), np.int64) for _ in range(3))
        for w in np.unique(window).tolist():
            of = window == w
            groups, rows, last = self._window(epoch, lane, w)
            which = at[of] - (int(ends[w - 1]) if w else 0)
            group[of], row[of], until[of] = groups[which], rows[which], ends[last[which]]
        passed = epoch * self.rows + np.minimum(k + until - at, size) * self.lanes
        return group, row, np.full(len(k), NEVER) if self.whole else passed

    def _window_ends(self, epoch: int, lane: int) -> np.ndarray:
        """Rows of the lane up to the end of each of its windows; of two sizes there are."""
        sizes = np.diff(self._epoch(epoch).bounds[lane])
        size = int(sizes.sum())
        if size not in self._ends:
            self._ends[size] = (np.arange(1, self.windows + 1)[:, None] * sizes // self.windows).sum(1)
        return self._ends[size]

    def _window(self, epoch: int, lane: int, window: int) -> tuple[np.ndarray, ...]:
        key = (epoch, lane, window)
        if key not in self._drawn:
            self._drawn[key] = self._draw(*key)
        self._drawn.move_to_end(key)
        while len(self._drawn) > 2 * self.lanes:
            self._drawn.popitem(last=False)
        return self._drawn[key]

    def _draw(self, epoch: int, lane: int, window: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(row group, row in it, last window that needs the row group) of the window's rows, shuffled."""
        arrangement = self._epoch(epoch)
        begins, sizes = arrangement.bounds[lane, :-1], np.diff(arrangement.bounds[lane])
        first, last = (begins + w * sizes // self.windows for w in (window, window + 1))
        place = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
        place = place[permutation(len(place), self._key(epoch, "rows", lane, window))]
        group, row, part_end = arrangement.rows(place)
        stratum = np.searchsorted(begins, place, side="right") - 1
        needed = ((part_end - begins[stratum]) * self.windows - 1) // sizes[stratum]
        return group, row, needed

    def _epoch(self, epoch: int) -> Epoch:
        if epoch not in self._epochs:
            self._epochs[epoch] = arranged(self.groups, self.lanes, self.strata, self._key(epoch, "strata"))
            while len(self._epochs) > 2:
                self._epochs.popitem(last=False)
        return self._epochs[epoch]

    def _key(self, *parts: object) -> int:
        return key_of(self.seed, self.name, *parts)

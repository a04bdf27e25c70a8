"""An epoch of a stream: its row groups cut into strata, and which lane reads them in which order.

A stratum is a stretch of rows in the order of the stream's files. The strata of a lane lie all over the stream, one in
each of as many regions; which one of a region is drawn for every epoch, as is the file with which the first begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainer.data.draws import drawn, key_of, permutation


@dataclass(frozen=True)
class Epoch:
    """Parts of row groups in the order in which they are read: by lane, by stratum, and there as drawn.

    Rows are counted over all parts; `bounds` [lanes, strata + 1] says where each stratum begins and the lane ends.
    """

    group: np.ndarray
    skip: np.ndarray  # rows of the row group before the part
    end: np.ndarray  # rows up to the end of the part
    bounds: np.ndarray

    def rows(self, place: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(row group, row in it, where its part ends) at these places."""
        part = np.searchsorted(self.end, place, side="right")
        begin = np.where(part > 0, self.end[part - 1], 0)
        return self.group[part], place - begin + self.skip[part], self.end[part]


def arranged(groups: np.ndarray, lanes: int, strata: int, key: int) -> Epoch:
    """Of row groups with `groups` rows; each lane has `strata`, and as many rows as every other, or one more."""
    bounds = _bounds(int(groups.sum()), lanes, strata)
    # Strata as they lie in the files: region by region, each with one of every lane.
    lane = np.concatenate([permutation(lanes, key_of(key, "region", number)) for number in range(strata)])
    number = np.repeat(np.arange(strata), lanes)
    stratum_ends = np.cumsum((bounds[:, 1:] - bounds[:, :-1])[lane, number])
    order = np.roll(np.arange(len(groups)), key_of(key, "first") % len(groups))
    group_ends = np.cumsum(groups[order])
    end = np.unique(np.concatenate([stratum_ends, group_ends]))
    end = end[end > 0]
    begin = np.concatenate([[0], end[:-1]])
    at, of = (np.searchsorted(ends, begin, side="right") for ends in (group_ends, stratum_ends))
    read = np.lexsort((drawn(order[at], key_of(key, "turn")), number[of], lane[of]))
    skip = begin - (group_ends - groups[order])[at]
    return Epoch(order[at][read], skip[read], np.cumsum((end - begin)[read]), bounds)


def _bounds(rows: int, lanes: int, strata: int) -> np.ndarray:
    each = rows // lanes + (np.arange(lanes) < rows % lanes)
    begins = np.cumsum(each) - each
    return begins[:, None] + np.arange(strata + 1) * each[:, None] // strata

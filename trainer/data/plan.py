"""Which rows a step of data is made of, for all ranks, and in which order: the mix, the streams' cursors, the lanes.

A stage's mix says how many rows each stream has given by a step; stages of one length continue each other's streams,
so no row comes again before its stream's epoch has ended, and then in another order. (A length is a packing of its own:
a stage of another length begins its streams anew.) Rows of a step lie by lane. A rank of `world` takes the r-th of as
many equal parts: whatever the world, the batch is the same, and a rank's rows come from few lanes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trainer.data.footers import Source
from trainer.data.mix import Split, weights
from trainer.data.order import Order
from trainer.data.schedule import Schedule
from trainer.data.shards import Shards, open_corpora
from trainer.recipe import TrainingRecipe


@dataclass(frozen=True)
class Drawn:
    """One rank's rows of a step, in order: row `row` of row group `group` of stream `stream`."""

    stage: int
    stream: np.ndarray  # index into the plan's streams
    group: np.ndarray
    row: np.ndarray
    until: np.ndarray  # place of the stream from which on nothing of the group is needed
    cursors: dict[int, int]  # stream -> its first place of the step


class Plan:
    def __init__(self, recipe: TrainingRecipe, shards: Mapping[int, Shards]) -> None:
        self.schedule, self.shards = Schedule(recipe.stages), dict(shards)
        self.names = sorted({name for found in shards.values() for name in found.streams})
        self._index = {name: at for at, name in enumerate(self.names)}
        self.orders = {
            (length, name): Order(f"{length}/{name}", stream.rows, length, recipe.seed, recipe.lanes)
            for length, found in shards.items()
            for name, stream in found.streams.items()
        }
        self._splits = [
            Split(tuple(weights(stage.mix, shards[stage.length].rows, f"stages.{at}").values()))
            for at, stage in enumerate(recipe.stages)
        ]
        self._begins = self._cursors()

    def _cursors(self) -> list[list[int]]:
        """Places of the streams at which each stage begins."""
        begins: list[list[int]] = []
        reached = {length: [0] * len(found.streams) for length, found in self.shards.items()}
        for stage, split in zip(self.schedule.stages, self._splits, strict=True):
            begins.append(reached[stage.length])
            given = split.counts(stage.steps * stage.rows)
            reached[stage.length] = [a + b for a, b in zip(begins[-1], given, strict=True)]
        return begins

    def at(self, data_step: int, rank: int = 0, world: int = 1) -> Drawn:
        stage, first = self.schedule.at(data_step)
        rows, length = self.schedule.stages[stage].rows, self.schedule.stages[stage].length
        before, after = self._splits[stage].counts(first), self._splits[stage].counts(first + rows)
        parts, cursors = [], {}
        for at, name in enumerate(self.shards[length].streams):
            begin = self._begins[stage][at]
            cursors[self._index[name]] = begin + before[at]
            parts.append(self._turns(name, length, begin + before[at], begin + after[at]))
        which = [
            np.full(len(part[0]), self._index[name])
            for name, part in zip(self.shards[length].streams, parts, strict=True)
        ]
        stream, (epoch, lane, k, place) = np.concatenate(which), (np.concatenate(p) for p in zip(*parts, strict=True))
        mine = np.argsort(place, kind="stable")[rank * rows // world : (rank + 1) * rows // world]
        stream, epoch, lane, k = stream[mine], epoch[mine], lane[mine], k[mine]
        group, row, until = (np.empty(len(mine), np.int64) for _ in range(3))
        for at in np.unique(stream):
            those = stream == at
            found = self.orders[length, self.names[at]].find(epoch[those], lane[those], k[those])
            group[those], row[those], until[those] = found.group, found.row, found.until
        return Drawn(stage, stream, group, row, until, cursors)

    def _turns(self, name: str, length: int, first: int, last: int) -> tuple[np.ndarray, ...]:
        """(epoch, lane, k) and where in the step each lies, in [0, 1): by lane, and evenly where there is one alone."""
        order = self.orders[length, name]
        epoch, lane, k = order.turns(first, last)
        count = max(last - first, 1)
        place = (np.arange(count) + 0.5) / count if order.lanes == 1 else (lane + 0.5) / order.lanes
        return epoch, lane, k, place[: last - first]


def opened(recipe: TrainingRecipe, source: Source) -> dict[int, Shards]:
    """Shards by length. A corpus may lack one if each mix at this length says its shares, and does not name it."""
    found = {}
    for length in sorted({stage.length for stage in recipe.stages}):
        mixes = [stage.mix for stage in recipe.stages if stage.length == length]
        named = {key.partition("/")[0] for mix in mixes if mix != "natural" for key in mix}
        needed = recipe.corpora if "natural" in mixes else named
        found[length] = open_corpora(recipe.corpora, length, source=source, needed=needed)
    return found

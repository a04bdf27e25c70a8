"""Batches of a training recipe: `batch(data_step)` is a pure function of recipe, corpora, rank and world.

A thread makes the next batches while one is trained on, and others decode row groups for it; neither changes what comes
out. A row group stays decoded until its lane's window has passed. What that holds at most, over all ranks together:
4 GB of token ids for each stream of more than 1 G tokens at the length in use (trainer.data.order), and again what two
ranks share at the ends of their lanes; a smaller stream as much as it has, but on every rank where it has 128 M tokens
or fewer. A row group is decoded whole: what is written in larger ones than 2 M tokens takes more.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

import xxhash

from trainer.data.batch import Batch, build
from trainer.data.footers import Source
from trainer.data.order import NEVER
from trainer.data.plan import Drawn, Plan, opened
from trainer.data.rows import Rows, decode
from trainer.data.vocabulary import Vocabulary
from trainer.errors import TrainingError
from trainer.recipe import TrainingRecipe

AHEAD = 2  # batches made before they are asked for
DECODERS = 8  # threads at most; a store is asked by as many at once


class Loader:
    """Batches of one rank of data parallelism. `stream_names`: "corpus/category", what Batch.streams counts in."""

    def __init__(self, recipe: TrainingRecipe, rank: int = 0, world: int = 1) -> None:
        self.rank, self.world = rank, world
        self._source = Source.of(recipe.corpora, recipe.cache, recipe.cache_size)
        self._plan = Plan(recipe, opened(recipe, self._source))
        self._held = _Held(self._plan, self._source)
        self._wanted: OrderedDict[int, Future[Batch]] = OrderedDict()
        self._maker = ThreadPoolExecutor(1, "batches")
        self._decoders = ThreadPoolExecutor(min(DECODERS, os.cpu_count() or 1), "row-groups")
        self._lock = threading.Lock()

    @property
    def vocabulary(self) -> Vocabulary:
        return next(iter(self._plan.shards.values())).vocabulary

    @property
    def stream_names(self) -> list[str]:
        return self._plan.names

    @property
    def steps(self) -> int:
        return self._plan.schedule.steps

    @property
    def fingerprint(self) -> str:
        """Of all that the batches depend on besides the stages: a run that continues must find the same."""
        digest = xxhash.xxh3_128(self.vocabulary.digest.encode())
        for (length, name), order in sorted(self._plan.orders.items()):
            digest.update(f"{length}\0{name}\0{order.seed}\0{order.lanes}\0{order.strata}\0{order.windows}\0".encode())
            digest.update(order.groups.tobytes())
        return digest.hexdigest()

    def batch(self, data_step: int) -> Batch:
        """This rank's rows of a step. The next ones are being made when it returns."""
        with self._lock:
            for step in [step for step in self._wanted if not data_step <= step <= data_step + AHEAD]:
                self._wanted.pop(step).cancel()
            for step in range(data_step, data_step + AHEAD + 1):
                if step not in self._wanted:
                    self._wanted[step] = self._maker.submit(self._make, step)
            made = self._wanted.pop(data_step)
        return made.result()

    def close(self) -> None:
        """Stop the threads; a batch being made is waited for."""
        for made in self._wanted.values():
            made.cancel()
        self._maker.shutdown(cancel_futures=True)
        self._decoders.shutdown(cancel_futures=True)
        self._held.clear()

    def __enter__(self) -> Loader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _make(self, data_step: int) -> Batch:
        at, _ = self._plan.schedule.at(data_step)
        stage, length = self._plan.schedule.stages[at], self._plan.schedule.stages[at].length
        if stage.rows % self.world:  # of this stage alone: another may be for another mesh
            raise TrainingError(
                f"stages.{at}.batch: {stage.rows} rows a step do not divide over {self.world} data-parallel ranks; "
                f"set batch to a multiple of {self.world * length} tokens, or run on other ranks"
            )
        drawn = self._plan.at(data_step, self.rank, self.world)
        groups = self._held.get(length, drawn, self._decoders)
        rows = list(zip(groups, drawn.row.tolist(), strict=True))
        return build(length, rows, drawn.stream)


class _Held:
    """Decoded row groups, each until its stream has passed the last window that it is in."""

    def __init__(self, plan: Plan, source: Source) -> None:
        self._plan, self._source = plan, source
        self.rows: dict[tuple[int, int, int], Rows] = {}
        self._until: dict[tuple[int, int, int], int] = {}

    def get(self, length: int, drawn: Drawn, decoders: ThreadPoolExecutor) -> list[Rows]:
        """The row group of each row drawn."""
        self._drop(length, drawn.cursors)
        keys = [
            (length, stream, group) for stream, group in zip(drawn.stream.tolist(), drawn.group.tolist(), strict=True)
        ]
        missing = [key for key in dict.fromkeys(keys) if key not in self.rows]
        for key, rows in zip(missing, decoders.map(self._decode, missing), strict=True):
            self.rows[key] = rows
        for key, until in zip(keys, drawn.until.tolist(), strict=True):
            self._until[key] = max(until, self._until.get(key, 0))
        return [self.rows[key] for key in keys]

    def clear(self) -> None:
        self.rows.clear()
        self._until.clear()

    def _drop(self, length: int, cursors: dict[int, int]) -> None:
        for key in [*self._until]:
            if key[0] != length or self._until[key] <= cursors.get(key[1], NEVER):
                del self.rows[key], self._until[key]

    def _decode(self, key: tuple[int, int, int]) -> Rows:
        length, stream, group = key
        shards = self._plan.shards[length]
        return decode(shards.streams[self._plan.names[stream]][group], shards.vocabulary, self._source)

"""The one DoFn of Curate: hands task descriptors to the process pool and yields what the tasks yield."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from curate.storage import join
from pipelines import workers
from pipelines.context import Context

IN_FLIGHT = 4  # tasks a slot that may be under way or waiting: enough that no slot idles, few enough to bound memory
SETS_ASIDE = tuple(f"pipelines.phases.{name}:{name}" for name in ("extract", "measure", "clean"))


class RunTasks(beam.DoFn):
    """`stage` ("module:function") on each (key, values), in the pool of the process that runs the bundle."""

    def __init__(self, context: Context, stage: str):
        self.context, self.stage = context, stage
        self.pending: set[Future[Any]] = set()

    def process(self, element: tuple[int, Iterable[bytes]]) -> Iterator[tuple[int, bytes]]:
        key, values = element
        aside = self.stage in SETS_ASIDE  # it goes on without the rows in quarantine
        path = join(self.context.folder(), "quarantine", f"{key:05d}.json") if aside else ""
        task = workers.Task(self.stage, self.context, key, list(values), path)
        self.pending.add(workers.shared(self.context.slots).submit(task))
        if len(self.pending) >= IN_FLIGHT * self.context.slots:
            yield from self._completed()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        window = GlobalWindow()
        while self.pending:
            for pair in self._completed():
                yield WindowedValue(pair, window.max_timestamp(), (window,))

    def _completed(self) -> list[tuple[int, bytes]]:
        done, self.pending = wait(self.pending, return_when=FIRST_COMPLETED)
        try:
            return [pair for future in done for pair in future.result()]
        except workers.TaskFailed as failure:
            for future in self.pending:
                future.cancel()
            workers.last_failure = failure
            raise

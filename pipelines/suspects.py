"""Batches of a task that goes on without the records that end its process.

A phase that works on whole batches can note only the batch when its process dies (a plugin's segmentation fault, a
library that never returns). The next attempt is told which batch that was and tries its rows one by one, for nothing
but to see who dies: a row that does so twice is put in quarantine. Then the rest of the batch is done as ever, so what
is written does not tell whether there were attempts before. It costs the work on that batch twice, and only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import ledger, workers
from pipelines.context import Context
from pipelines.output import ShardOutput
from schemas import DOCUMENTS, LEDGER, OK

EMPTY = DOCUMENTS.schema.empty_table().select(["row", "uid", "chars"])
Try = Callable[[pa.RecordBatch], Any]


class Suspects:
    """The rows of one shard that are in quarantine in this phase."""

    def __init__(self, context: Context, shard: int):
        self._phase, self._shard = context.phase, shard
        self._why = context.quarantined(shard)
        self._aside: list[pa.Table] = []

    def sift(self, batches: Iterator[pa.RecordBatch], attempt: Try) -> Iterator[pa.RecordBatch]:
        """Batches (with `row`) without rows in quarantine and never empty; `attempt` does the work that may kill."""
        for batch in batches:
            if not batch.num_rows:
                continue
            first, stays = batch["row"][0].as_py(), self._without(batch)
            if workers.is_suspect(first):
                for at, row in enumerate(stays["row"].to_pylist()):
                    workers.at(row)
                    attempt(stays.slice(at, 1))
            workers.at(first, batch.num_rows)
            if stays.num_rows:
                yield stays
            workers.at(workers.NOWHERE)  # the next batch is read: that is not this one's doing

    def put_on_record(self, out: ShardOutput) -> None:
        """In a phase that decides nothing else: ledger, books and tally of the rows that were set aside."""
        rows = self.rows()
        if rows.num_rows:
            out.parquet("ledger", LEDGER.schema).write(rows)
            ledger.count_removals(out.counts, self.documents(), rows)
            out.stats["removed"] = ledger.tally(rows)

    def documents(self) -> pa.Table:
        """(row, uid, chars) of those that had text, once all batches came by; the others an earlier phase removed."""
        return pa.concat_tables(self._aside) if self._aside else EMPTY

    def rows(self) -> pa.Table:
        """Their ledger rows."""
        gone = self.documents()
        why = [self._why[row] for row in gone["row"].to_pylist()]
        rule = f"{self._phase}.quarantined"
        return ledger.in_order([ledger.removals(self._phase, self._shard, gone, rule, action="quarantine", detail=why)])

    def _without(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if not self._why:
            return batch
        aside = pa.array(np.isin(batch["row"].to_numpy(), sorted(self._why)))
        gone = batch.filter(pc.and_(aside, pc.equal(batch["status"], OK)))
        self._aside.append(pa.Table.from_batches([gone.select(EMPTY.schema.names)]))
        return batch.filter(pc.invert(aside))

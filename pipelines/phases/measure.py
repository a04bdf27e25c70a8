"""measure: what depends on a document alone, in one pass over its text.

Signals for every record, a MinHash sketch and a hash of each line for those that have text. Nothing is decided here,
so a threshold can be tried again without this phase. A record that kills its process is set aside (`suspects.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.recipe import Recipe
from pipelines import families, flow, ledger, tables
from pipelines.contamination import Contamination
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.runners import Engine
from pipelines.suspects import Suspects
from pipelines.undone import undone
from schemas import LINES, OK, SIGNALS, SKETCHES, field

VERSION = 10  # 9: personal data and keys; 10: languages within long lines, mail addresses at IDN hosts
Measured = tuple[pa.RecordBatch, pa.RecordBatch | None, pa.RecordBatch, pa.RecordBatch]


def settings(recipe: Recipe) -> dict[str, Any]:
    near, frequent, repeated = recipe.near_duplicates, recipe.frequent_lines, recipe.repeated_lines
    return {
        "measure": recipe.section_json("measure"),
        "families": families.measured(recipe),
        "values of a sketch": sketch_values(recipe),
        "frequent_lines.min_chars": frequent and frequent.min_chars,
        "repeated_lines.min_words": repeated and repeated.min_words,
        "near_duplicates": near is not None,
        "plugins": recipe.section_json("plugins"),
        "adult": recipe.section_json("adult"),
        **({"contamination": recipe.section_json("contamination")} if recipe.contamination else {}),
    }


def sketch_values(recipe: Recipe) -> int:
    near = recipe.near_duplicates
    return near.bands * near.rows if near else 0


def run(context: Context, engine: Engine) -> None:
    flow.run(context, engine, undone(context), "pipelines.phases.measure:measure")


def measure(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    recipe, schema = context.recipe, signal_schema(context.recipe)
    suspects = Suspects(context, shard)
    with ShardOutput(context, shard, VERSION) as out:
        files = [
            out.parquet("signals", schema),
            out.parquet("sketches", SKETCHES.schema),
            out.parquet("lines", LINES.schema),
        ]
        contamination = Contamination(recipe, out) if recipe.contamination else None
        counted = 0
        batches = tables.batches(context, "documents", shard, "extract")
        for batch in suspects.sift(batches, lambda one: _of_batch(recipe, contamination, one)):
            measured, hits, sketches, lines = _of_batch(recipe, contamination, batch)
            files[0].write(measured.select(schema.names))
            files[1].write(sketches)
            files[2].write(lines)
            if contamination:
                contamination.add(hits)
            counted += len(lines["hashes"].flatten())
            ledger.count_kept(out.counts, _with_text(batch))
        out.stats["lines"] = counted
        suspects.put_on_record(out)
    yield from ()


def signal_schema(recipe: Recipe) -> pa.Schema:
    """schemas.SIGNALS with a column for each signal that the recipe has measured."""
    from curate.signals import declared

    wanted = families.measured(recipe)
    signals = declared(recipe.plugins, recipe.contamination is not None)
    return SIGNALS.with_columns(
        [
            field(name, signal.type, signal.meaning, unit=signal.unit, nullable=True)
            for name, signal in signals.items()
            if name.split(".")[0] in wanted
        ]
    )


def _of_batch(recipe: Recipe, contamination: Contamination | None, batch: pa.RecordBatch) -> Measured:
    """All that this phase works out, before anything is written."""
    from curate import signals

    measured = signals.compute(
        batch,
        families.measured(recipe),
        plugins=recipe.plugins,
        adult_lists=recipe.adult.lists,
        contamination=recipe.contamination,
    )
    hits = contamination.of(batch, measured) if contamination else None
    with_text = _with_text(batch)
    return measured, hits, _sketches(recipe, with_text), _lines(recipe, with_text)


def _with_text(batch: pa.RecordBatch) -> pa.RecordBatch:
    return tables.where(batch, pc.equal(batch["status"], OK))


def _sketches(recipe: Recipe, batch: pa.RecordBatch) -> pa.RecordBatch:
    from curate.dedup.sketches import sketch_texts

    count = sketch_values(recipe)
    if not count:
        return pa.record_batch([batch["row"], pa.nulls(batch.num_rows, pa.binary())], schema=SKETCHES.schema)
    made = recipe.measure
    sketches, known = sketch_texts(batch["text"], made.ngram, count, made.seed, made.sketch)
    ends = np.concatenate([[0], np.cumsum(np.where(known, count * sketches.itemsize, 0))]).astype(np.int32)
    validity = pa.array(known).buffers()[1]
    buffers = [validity, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(sketches[known]))]
    packed = pa.Array.from_buffers(pa.binary(), len(known), buffers)
    return pa.record_batch([batch["row"], packed], schema=SKETCHES.schema)


def _lines(recipe: Recipe, batch: pa.RecordBatch) -> pa.RecordBatch:
    from curate.dedup.lines import line_hashes
    from curate.dedup.repetition import repetition as repetition_of

    frequent, repeated = recipe.frequent_lines, recipe.repeated_lines
    hashes, offsets = line_hashes(batch["text"], frequent.min_chars if frequent else 0)
    repetition = repetition_of(batch["text"], repeated.min_words if repeated else 1 << 30)
    starts = pa.array(offsets, pa.int32())
    return pa.record_batch(
        [
            batch["row"],
            pa.ListArray.from_arrays(starts, pa.array(hashes, pa.uint64())),
            pa.ListArray.from_arrays(starts, pa.array(repetition, pa.uint8())),
        ],
        schema=LINES.schema,
    )

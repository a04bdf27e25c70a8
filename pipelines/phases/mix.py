"""mix: which documents, how often. Shares of tokens by category become a rate; a document's copies follow from its uid.

A copy less or more is a ledger row: `remove` where a document is sampled out, `repeat` where it comes several times.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from curate.mix.plan import Plan
from curate.mix.plan import plan as make_plan
from curate.recipe import Recipe
from pipelines import flow, ledger, tables
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.phases import select
from pipelines.runners import Engine
from pipelines.together import keys
from pipelines.told import tell, told
from pipelines.undone import undone
from schemas import LEDGER, make_ids

VERSION = 2  # 2: what stays together
COPIES = pa.schema([("row", pa.int64()), ("category", pa.string()), ("tokens", pa.int64()), ("copies", pa.int32())])


def settings(recipe: Recipe) -> dict[str, Any]:
    return {"mix": recipe.section_json("mix"), "sources.weight": recipe.section_json("sources.weight")}


def run(context: Context, engine: Engine) -> None:
    made = plan(context)
    tell(context, "plan", {"rates": made.rates, "notes": made.notes})
    flow.run(context, engine, undone(context), "pipelines.phases.mix:decide")


def plan(context: Context) -> Plan:
    """The plan of the corpus, from what stands after `select`: tokens by category, weighted by source."""
    known = {"general", *(rule.category for rule in context.recipe.categories)}
    totals = {category: Fraction(0) for category in sorted(known)}
    indexes = tables.source_indexes(context)
    for shard in tables.shard_numbers(context):
        weight = context.recipe.sources[indexes[shard]].weight
        for category, (_, tokens) in context.read_marker(shard, "select").stats["categories"].items():
            totals[category] += tokens * Fraction(weight)
    return make_plan(totals, context.recipe.mix)


def decide(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    table = select.columns(context, shard)
    weight = context.recipe.sources[tables.source_indexes(context)[shard]].weight
    plan_told = told(context, "plan")
    made = Plan(plan_told["rates"], tuple(plan_told["notes"]), context.recipe.mix.seed)
    copies = _copies(made, table, keys(context.recipe, table), weight)
    tokens = table["tokens"].to_numpy()
    gone, more = pa.array(copies == 0), pa.array(copies > 1)
    out_rows = ledger.removals(
        "mix", shard, table.filter(gone), "mix.sampled_out", tokens_before=table["tokens"].filter(gone), tokens_after=0
    )
    repeats = table.filter(more)
    again = ledger.rows(
        "mix",
        "repeat",
        "mix.repeated",
        make_ids(shard, repeats["row"].to_numpy()),
        repeats["uid"],
        value=copies[copies > 1].astype(np.float64),
        tokens_before=repeats["tokens"],
        tokens_after=(tokens * copies)[copies > 1],
        chars_before=repeats["chars"],
        chars_after=repeats["chars"].to_numpy() * copies[copies > 1],
    )
    with ShardOutput(context, shard, VERSION) as out:
        columns = [table["row"], table["category"], table["tokens"], pa.array(copies, pa.int32())]
        out.parquet("mix", COPIES).write(pa.Table.from_arrays(columns, schema=COPIES).filter(pa.array(copies > 0)))
        rows = ledger.in_order([out_rows, again])
        if rows.num_rows:
            out.parquet("ledger", LEDGER.schema).write(rows)
        ledger.count_removals(out.counts, table, out_rows)
        out.stats["removed"] = ledger.tally(rows)
        out.stats["categories"] = _totals(table["category"], tokens, copies)
        out.stats["notes"] = list(made.notes)
    yield from ()


def _copies(made: Plan, table: pa.Table, keys: np.ndarray, weight: float) -> np.ndarray:
    categories = np.array(table["category"].to_pylist(), dtype=object)
    copies = np.zeros(table.num_rows, np.int64)
    for category in sorted(set(categories)):
        mine = categories == category
        copies[mine] = made.copies(category, keys[mine], np.full(int(mine.sum()), weight))
    return copies


def _totals(categories: pa.ChunkedArray, tokens: np.ndarray, copies: np.ndarray) -> dict[str, list[int]]:
    """{category: [documents, tokens once, tokens with repeats]} of the mix."""
    names, result = np.array(categories.to_pylist(), dtype=object), {}
    for category in sorted(set(names)):
        mine = (names == category) & (copies > 0)
        result[category] = [int(mine.sum()), int(tokens[mine].sum()), int((tokens * copies)[mine].sum())]
    return result

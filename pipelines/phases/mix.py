"""mix: which documents, how often. Shares of tokens by category become a rate; a document's copies follow from its uid.

A copy less or more is a ledger row: `remove` where a document is sampled out, `repeat` where it comes several times.

Topics come first: what a recipe's `topics` sample out has a row of its own, `topics.over_cap` or `topics.over_target`,
and the plan of the mix is made of the tokens that they are expected to leave, an exact fraction by topic and category.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from curate.mix.plan import Plan
from curate.mix.plan import plan as make_plan
from curate.mix.topics import TopicPlan, topic_plan
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

VERSION = 3  # 2: what stays together; 3: topics
COPIES = pa.schema([("row", pa.int64()), ("category", pa.string()), ("tokens", pa.int64()), ("copies", pa.int32())])


def settings(recipe: Recipe) -> dict[str, Any]:
    topics = {"topics": recipe.section_json("topics")} if recipe.topics else {}
    return {"mix": recipe.section_json("mix"), "sources.weight": recipe.section_json("sources.weight"), **topics}


def run(context: Context, engine: Engine) -> None:
    topics = sampled_topics(context)
    made = plan(context, topics)
    if topics:
        tell(context, "topics", {"rates": topics.rates, "before": topics.before, "notes": topics.notes})
    tell(context, "plan", {"rates": made.rates, "notes": made.notes})
    flow.run(context, engine, undone(context), "pipelines.phases.mix:decide")


def sampled_topics(context: Context) -> TopicPlan | None:
    """How much of each topic stays, from the tokens of each that stand after `select`."""
    topics = context.recipe.topics
    if not topics:
        return None
    tokens: dict[str, int] = {}
    for shard in tables.shard_numbers(context):
        for topic, of in _of_topics(context, shard).items():
            tokens[topic] = tokens.get(topic, 0) + sum(many for _, many in of.values())
    return topic_plan(tokens, topics.caps, topics.targets, topics.seed)


def plan(context: Context, topics: TopicPlan | None = None) -> Plan:
    """The plan of the corpus, from what stands after `select` and topics: tokens by category, weighted by source."""
    known = {"general", *(rule.category for rule in context.recipe.categories)}
    totals = {category: Fraction(0) for category in sorted(known)}
    indexes = tables.source_indexes(context)
    for shard in tables.shard_numbers(context):
        weight = context.recipe.sources[indexes[shard]].weight
        for category, (_, tokens) in context.read_marker(shard, "select").stats["categories"].items():
            totals[category] += tokens * Fraction(weight)
        for topic, of in _of_topics(context, shard).items() if topics else ():
            for category, (_, tokens) in of.items():
                totals[category] -= tokens * Fraction(weight) * (1 - topics.rate(topic))
    return make_plan(totals, context.recipe.mix)


def decide(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    table = select.columns(context, shard)
    weight = context.recipe.sources[tables.source_indexes(context)[shard]].weight
    plan_told = told(context, "plan")
    made = Plan(plan_told["rates"], tuple(plan_told["notes"]), context.recipe.mix.seed)
    together = keys(context.recipe, table)
    copies = _copies(made, table, together, weight)
    tokens = table["tokens"].to_numpy()
    stays, by_topic = _sampled(context, shard, table, together)
    copies = np.where(stays, copies, 0)
    gone, more = pa.array((copies == 0) & stays), pa.array(copies > 1)
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
        rows = ledger.in_order([out_rows, by_topic, again])
        if rows.num_rows:
            out.parquet("ledger", LEDGER.schema).write(rows)
        ledger.count_removals(out.counts, table, pa.concat_tables([out_rows, by_topic]))
        out.stats["removed"] = ledger.tally(rows)
        out.stats["categories"] = _totals(table["category"], tokens, copies)
        out.stats["notes"] = list(made.notes) + (told(context, "topics")["notes"] if context.recipe.topics else [])
        if context.recipe.topics:
            out.stats["topics"] = _topic_totals(table[context.recipe.topics.column], tokens, stays)
    yield from ()


def _of_topics(context: Context, shard: int) -> dict[str, dict[str, list[int]]]:
    """{topic: {category: [documents, tokens]}} of what stands after `select`."""
    found: dict[str, dict[str, list[int]]] = context.read_marker(shard, "select").stats["topics"][
        context.recipe.topics.task  # type: ignore[union-attr]
    ]
    return found


def _sampled(context: Context, shard: int, table: pa.Table, together: np.ndarray) -> tuple[np.ndarray, pa.Table]:
    """(bool[n] of what topics leave, ledger rows of the rest: the share its topic had, and the one it may have)."""
    topics = context.recipe.topics
    if not topics:
        return np.ones(table.num_rows, bool), LEDGER.schema.empty_table()
    known = told(context, "topics")
    made = TopicPlan(known["rates"], known["before"], tuple(known["notes"]), topics.seed)
    names = np.array(table[topics.column].to_pylist(), object)
    stays = made.stays(names, together)
    gone, out = table.filter(pa.array(~stays)), names[~stays].tolist()
    rows = ledger.removals(
        "mix",
        shard,
        gone,
        "topics.over_cap" if topics.caps else "topics.over_target",
        signal=topics.column,
        value=[made.before[topic] for topic in out],
        threshold=[topics.shares.get(topic) for topic in out],
        detail=out,
        tokens_before=gone["tokens"],
        tokens_after=0,
    )
    return stays, rows


def _topic_totals(topics: pa.ChunkedArray, tokens: np.ndarray, stays: np.ndarray) -> dict[str, list[int]]:
    """{topic: [documents, tokens]} that the sampling of topics left, before the mix takes of them."""
    names, found = np.array(topics.to_pylist(), object), dict[str, list[int]]()
    for topic in sorted({*names.tolist()} - {None}):
        mine = (names == topic) & stays
        found[topic] = [int(mine.sum()), int(tokens[mine].sum())]
    return found


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

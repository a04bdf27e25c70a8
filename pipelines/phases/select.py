"""select: decisions that need the cleaned text or the corpus: rules on second signals, cuts of divergence by yield.

A cut drops the top fraction of divergence within each (group, language, band of length), from counts in thousandths of
a nat; of equal values all stay or all go, so no more than the fraction goes. What the section spares (other groups,
pages marked as code or maths) neither goes nor counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from curate.recipe import Recipe
from pipelines import flow, ledger, tables
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.phases.score import band
from pipelines.runners import Engine
from pipelines.spared import Pages, divergence_judges
from pipelines.told import tell, told
from pipelines.undone import undone
from schemas import LEDGER

VERSION = 4  # 4: languages of code
NEVER = np.inf
LARGE = ("text", "removed_lines", "tokens")  # of `clean`: what no rule compares


def settings(recipe: Recipe) -> dict[str, Any]:
    return {"select": recipe.section_json("select"), "divergence": recipe.section_json("divergence")}


def run(context: Context, engine: Engine) -> None:
    tell(context, "cuts", _cuts(context))
    flow.run(context, engine, undone(context), "pipelines.phases.select:decide")


def decide(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate import rules

    recipe, table = context.recipe, columns(context, shard)
    verdicts = rules.apply(recipe.select, table, recipe.plugins)
    failed = verdicts.rule_index >= 0
    index = verdicts.rule_index[failed]
    by_rule = _rows(
        shard,
        table,
        failed,
        verdicts.names(recipe.select)[failed].tolist(),
        signal=[recipe.select[i].signal for i in index],
        value=verdicts.value[failed],
        threshold=verdicts.threshold[failed],
    )
    threshold = _thresholds(context, shard, table)
    divergence = table["divergence"].to_numpy().astype(np.float64)
    far = (divergence > threshold) & ~failed
    by_divergence = _rows(
        shard,
        table,
        far,
        "divergence.top_fraction",
        signal="divergence",
        value=divergence[far],
        threshold=threshold[far],
    )
    rows = ledger.in_order([by_rule, by_divergence])
    with ShardOutput(context, shard, VERSION) as out:
        if rows.num_rows:
            out.parquet("ledger", LEDGER.schema).write(rows)
        ledger.count_removals(out.counts, table, rows)
        out.stats["removed"] = ledger.tally(rows)
        out.stats["categories"] = _totals(context, shard, table, ~(failed | far))
    yield from ()


def columns(context: Context, shard: int) -> pa.Table:
    """Scores, second signals and document columns of the rows that stand, without text."""
    gone = tables.removed(context, shard)
    scores = tables.standing(tables.read(context, "scores", shard, "score"), gone)
    rows = scores["row"].to_numpy()
    meta = tables.in_row_order(
        tables.read(
            context,
            "documents",
            shard,
            "extract",
            ["row", "uid", "group", "host", "language", "language_score", "date", "code_language", "path", "member"],
        ),
        rows,
    )
    small = [name for name in tables.columns(context, "clean", shard, "clean") if name not in LARGE]
    clean = tables.in_row_order(tables.read(context, "clean", shard, "clean", small), rows)
    for table in (meta, clean):
        for name in table.column_names:
            if name not in scores.column_names:
                scores = scores.append_column(name, table[name])
    return scores


def _thresholds(context: Context, shard: int, table: pa.Table) -> np.ndarray:
    """The largest divergence that stays, for each document."""
    rule = context.recipe.divergence
    result = np.full(table.num_rows, NEVER)
    if not rule:
        return result
    cuts = told(context, "cuts")
    lengths = table["tokens"].to_numpy()
    pages = Pages(context, shard, rule.unless).of(table)
    judged = divergence_judges(context.recipe, tables.groups(context)[shard], pages) & (lengths >= rule.min_tokens)
    bands = band(lengths)
    keys = zip(table["group"].to_pylist(), table["language"].to_pylist(), bands.tolist(), strict=True)
    for n, (group, language, size) in enumerate(keys):
        if judged[n]:
            result[n] = cuts.get(f"{group}|{language}|{size}", NEVER)
    return result


def _cuts(context: Context) -> dict[str, float]:
    """The largest divergence that stays, for each cell from which something goes."""
    rule = context.recipe.divergence
    if not rule:
        return {}
    cuts = {cell: _cut(counts, rule.drop_top_fraction) for cell, counts in _cells(context).items()}
    return {cell: cut for cell, cut in cuts.items() if cut != NEVER}


def _cells(context: Context) -> dict[str, dict[int, int]]:
    """Divergence counts of all shards, added up."""
    total: dict[str, dict[int, int]] = {}
    for shard in tables.shard_numbers(context):
        for cell, counts in context.read_marker(shard, "score").stats["divergence"].items():
            into = total.setdefault(cell, {})
            for value, n in counts.items():
                into[int(value)] = into.get(int(value), 0) + n
    return total


def _cut(counts: dict[int, int], fraction: float) -> float:
    """Largest value that stays: at most `fraction` of the documents lie above it."""
    allowed = int(sum(counts.values()) * Fraction(str(fraction)))
    for value in sorted(counts, reverse=True):
        if counts[value] > allowed:
            return value / 1000 + 0.0005
        allowed -= counts[value]
    return NEVER


def _rows(shard: int, table: pa.Table, hit: np.ndarray, rule: Any, **columns: Any) -> pa.Table:
    gone = table.filter(pa.array(hit))
    return ledger.removals("select", shard, gone, rule, tokens_before=gone["tokens"], tokens_after=0, **columns)


def _totals(context: Context, shard: int, table: pa.Table, kept: np.ndarray) -> dict[str, list[int]]:
    """{category: [documents, tokens]} of what stands."""
    standing = table.filter(pa.array(kept)).group_by("category").aggregate([("row", "count"), ("tokens", "sum")])
    return {r["category"]: [r["row_count"], r["tokens_sum"]] for r in standing.to_pylist()}

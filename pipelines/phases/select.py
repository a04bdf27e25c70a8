"""select: decisions that need the cleaned text or the corpus: rules on second signals and scores, then classifiers'
cuts in the order of the recipe, then cuts of divergence by yield. The first that a document fails has its row.

Cuts of classifiers are found from the histograms of `score` (`pipelines.classify.cuts`): documents that a rule of
`select` removes are counted there too, as they are for divergence.

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
import pyarrow.compute as pc

from curate import model_card
from curate.recipe import Recipe
from curate.recipe.classifiers import Classifier
from pipelines import flow, ledger, tables
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.phases.score import band
from pipelines.runners import Engine
from pipelines.spared import Pages, divergence_judges
from pipelines.told import tell, told
from pipelines.undone import undone
from schemas import LEDGER

VERSION = 5  # 4: languages of code; 5: classifiers
CUTS = "classifier_cuts"
NEVER = np.inf
LARGE = ("text", "removed_lines", "tokens")  # of `clean`: what no rule compares


def settings(recipe: Recipe) -> dict[str, Any]:
    scored = {"classifiers": recipe.section_json("classifiers")} if recipe.classifiers else {}
    return {"select": recipe.section_json("select"), "divergence": recipe.section_json("divergence"), **scored}


def run(context: Context, engine: Engine) -> None:
    tell(context, "cuts", _cuts(context))
    if context.recipe.classifiers:
        tell(context, CUTS, classifier_cuts(context))
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
    by_score = dict(_by_score(context, shard, table, failed))
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
    rows = ledger.in_order([by_rule, *by_score.values(), by_divergence])
    with ShardOutput(context, shard, VERSION) as out:
        if rows.num_rows:
            out.parquet("ledger", LEDGER.schema).write(rows)
        ledger.count_removals(out.counts, table, rows)
        out.stats["removed"] = ledger.tally(rows)
        if by_score:
            out.stats["cuts"] = {task: _sums(rows) for task, rows in by_score.items()}
        out.stats["categories"] = _totals(table, ~(failed | far))
        topics = {one.task: _topics(table, one.column, ~(failed | far)) for one in several_classes(recipe)}
        if topics:
            out.stats["topics"] = topics
    yield from ()


def several_classes(recipe: Recipe) -> list[Classifier]:
    """Classifiers that name a class; their tokens are counted whether topics are sampled or not."""
    return [one for one in recipe.classifiers if model_card.read(one.model, verify=False).multi]


def classifier_cuts(context: Context) -> dict[str, dict[str, int]]:
    """{task: {cell: the least score that stays, in thousandths}}"""
    from pipelines.classify.cuts import all_cuts
    from pipelines.classify.models import models

    stats = [context.read_marker(n, "score").stats["classifiers"] for n in tables.shard_numbers(context)]
    return {
        model.task: all_cuts(model.entry, model.card, [of[model.task].get("histogram", {}) for of in stats])
        for model in models(context)
    }


def _by_score(context: Context, shard: int, table: pa.Table, failed: np.ndarray) -> Iterator[tuple[str, pa.Table]]:
    """(task, ledger rows) of each classifier's cut, of documents that stood before it; marks them in `failed`."""
    from pipelines.classify.decided import below

    cuts = told(context, CUTS) if context.recipe.classifiers else {}
    for entry, hit, score, least in below(context, shard, table, cuts):
        gone = hit & ~failed
        failed |= gone
        limits = (least[gone] / 1000).tolist()
        names = [f"{entry.column} < {limit:g}" for limit in limits]
        found = dict(signal=entry.column, value=score[gone] / 1000, threshold=limits)
        yield entry.task, _rows(shard, table, gone, names, **found)


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


def _sums(removed: pa.Table) -> list[int]:
    """[documents, tokens] of ledger rows."""
    return [removed.num_rows, pc.sum(removed["tokens_before"]).as_py() or 0]


def _totals(table: pa.Table, kept: np.ndarray) -> dict[str, list[int]]:
    """{category: [documents, tokens]} of what stands."""
    standing = table.filter(pa.array(kept)).group_by("category").aggregate([("row", "count"), ("tokens", "sum")])
    return {r["category"]: [r["row_count"], r["tokens_sum"]] for r in standing.to_pylist()}


def _topics(table: pa.Table, column: str, kept: np.ndarray) -> dict[str, dict[str, list[int]]]:
    """{topic: {category: [documents, tokens]}} of what stands and has a topic."""
    found: dict[str, dict[str, list[int]]] = {}
    counted = (
        table.filter(pa.array(kept)).group_by([column, "category"]).aggregate([("row", "count"), ("tokens", "sum")])
    )
    for r in counted.to_pylist():
        if r[column] is not None:
            found.setdefault(r[column], {})[r["category"]] = [r["row_count"], r["tokens_sum"]]
    return found

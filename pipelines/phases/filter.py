"""filter: the recipe's rules on signals, then hosts that rank too high in one.

The first rule that a document fails is its ledger row. A host's rank is the sum of a signal over its documents divided
by their number; sums are of integers (thousandths), so they are the same whatever the order. Documents that a host rule
spares (other groups, pages marked as code or maths) neither go nor count.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash

from curate.recipe import HostRule, Recipe
from pipelines import flow, ledger, shuffle, tables
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.runners import Engine
from pipelines.undone import undone
from schemas import LEDGER

VERSION = 4  # 4: languages of code
DOCUMENT_COLUMNS = ("row", "uid", "group", "host", "language", "language_score", "date", "chars", "code_language")
HOST = np.dtype([("host", "<u8"), ("rule", "<i4"), ("documents", "<i8"), ("sum", "<i8")])


def settings(recipe: Recipe) -> dict[str, Any]:
    return {"rules": recipe.section_json("rules"), "hosts": recipe.section_json("hosts")}


def run(context: Context, engine: Engine) -> None:
    numbers = tables.shard_numbers(context)
    if context.recipe.hosts:
        documents = sum(context.read_marker(n, "extract").counts.documents_kept for n in numbers)
        shuffle.shuffle(
            context,
            engine,
            "hosts",
            numbers,
            "pipelines.phases.filter:host_sums",
            "pipelines.phases.filter:add_up",
            total_bytes=documents * HOST.itemsize * len(context.recipe.hosts),
        )
    flow.run(context, engine, undone(context), "pipelines.phases.filter:decide")


def host_sums(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    """Per host and host rule: documents and sum of the signal, in thousandths; what is no finite number counts as 0."""
    from curate.rules import signal_values

    table = columns(context, shard)
    every, group = _host_hashes(table), tables.groups(context)[shard]
    for number, rule in enumerate(context.recipe.hosts):
        hosts = np.where(_judged(rule, group, table), every, np.uint64(0))
        value = np.rint(np.nan_to_num(signal_values(table, rule.signal), posinf=0, neginf=0) * 1000).astype(np.int64)
        unique, index = np.unique(hosts, return_inverse=True)
        sums = np.zeros(len(unique), HOST)
        sums["host"], sums["rule"] = unique, number
        np.add.at(sums["documents"], index, 1)
        np.add.at(sums["sum"], index, value)
        sums = sums[unique != 0]
        yield from shuffle.by_hash(context, sums["host"], sums)


def add_up(context: Context, partition: int, values: list[bytes]) -> Iterator[flow.Element]:
    """All of a host's sums are here; those with enough documents go to the one list of ranked hosts."""
    part = shuffle.joined(values, HOST)
    unique, index = np.unique(part[["host", "rule"]], return_inverse=True)
    total = np.zeros(len(unique), HOST)
    total["host"], total["rule"] = unique["host"], unique["rule"]
    np.add.at(total["documents"], index, part["documents"])
    np.add.at(total["sum"], index, part["sum"])
    least = np.array([rule.min_documents for rule in context.recipe.hosts])
    yield 0, total[total["documents"] >= least[total["rule"]]].tobytes()


def decide(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate import rules
    from curate.report import histogram

    recipe, table = context.recipe, columns(context, shard)
    verdicts = rules.apply(recipe.rules, table, recipe.plugins)
    failed = verdicts.rule_index >= 0
    parts = [_rule_rows(shard, recipe, table, verdicts, failed), *_host_rows(context, shard, table, ~failed)]
    rows = ledger.in_order(parts)
    with ShardOutput(context, shard, VERSION) as out:
        if rows.num_rows:
            out.parquet("ledger", LEDGER.schema).write(rows)
        ledger.count_removals(out.counts, table, rows)
        out.stats["removed"] = ledger.tally(rows)
        out.stats["histograms"] = {
            name: {str(b): n for b, n in sorted(histogram.counts(table[name].to_numpy()).items())}
            for name in table.column_names
            if "." in name
        }
    yield from ()


def columns(context: Context, shard: int) -> pa.Table:
    """Survivors' document columns with their signals beside."""
    documents = tables.survivors(context, shard, list(DOCUMENT_COLUMNS))
    return tables.with_signals(context, shard, documents)


def _host_hashes(table: pa.Table) -> np.ndarray:
    """uint64[n] of the hosts, 0 where there is none."""
    names = table["host"].to_pylist()
    return np.array([xxhash.xxh3_64_intdigest(name.encode()) if name else 0 for name in names], np.uint64)


def _judged(rule: HostRule, group: str, table: pa.Table) -> np.ndarray:
    """bool[n]: documents that a host rule is for."""
    from curate.rules import exempt

    return ~exempt(rule.unless, table) & rule.concerns(group)


def _rule_rows(shard: int, recipe: Recipe, table: pa.Table, verdicts: Any, failed: np.ndarray) -> pa.Table:
    index = verdicts.rule_index[failed]
    return ledger.removals(
        "filter",
        shard,
        table.filter(pa.array(failed)),
        verdicts.names(recipe.rules)[failed].tolist(),
        signal=[recipe.rules[i].signal for i in index],
        value=verdicts.value[failed],
        threshold=verdicts.threshold[failed],
    )


def _host_rows(context: Context, shard: int, table: pa.Table, standing: np.ndarray) -> Iterator[pa.Table]:
    """Documents of the hosts in the top fraction of a host rule; the first rule that hits takes them."""
    if not context.recipe.hosts:
        return
    ranked = shuffle.read(context, "hosts", 0, HOST)
    hosts, group = _host_hashes(table), tables.groups(context)[shard]
    for number, rule in enumerate(context.recipe.hosts):
        mine = ranked[ranked["rule"] == number]
        density = mine["sum"] / mine["documents"]
        count = int(len(mine) * Fraction(str(rule.drop_top_fraction)))
        order = np.lexsort((mine["host"], -density))[:count]
        worst, threshold = mine["host"][order], float(density[order[-1]]) / 1000 if count else 0.0
        hit = standing & np.isin(hosts, worst) & _judged(rule, group, table)
        standing = standing & ~hit
        of_host = dict(zip(worst.tolist(), (density[order] / 1000).tolist(), strict=True))
        yield ledger.removals(
            "filter",
            shard,
            table.filter(pa.array(hit)),
            f"hosts.{rule.signal}",
            signal=rule.signal,
            value=np.array([of_host[h] for h in hosts[hit].tolist()], np.float64),
            threshold=threshold,
            detail=table["host"].filter(pa.array(hit)),
        )

"""near_duplicates: of documents that are nearly the same, the one that the recipe's policy prefers stays.

Survivors' sketches only; no text moves. In order:

1. copies      documents with one and the same sketch are one vertex, the best of them
2. pairs       vertices that share a band are candidates
3. estimates   the sketch of one is shipped to the shard of the other; clear cases are decided here
4. shingles    near the threshold the exact Jaccard similarity of shingle sets decides, shipped for those pairs only
5. keep        the kept are the lexicographically first maximal independent set of the verified graph in the order of
               the policy: each removed document has a kept neighbour that was verified as similar
6. decide      ledger rows with keeper and similarity, by shard

So nothing is lost by transitivity, and no schedule shows in the answer. Documents of the older corpora that the recipe
is `against` take part in 1 to 5, ahead of all others and with their fates known; only the run's own are decided.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from curate.recipe import Recipe
from curate.storage import exists
from pipelines import flow, ledger, older, tables
from pipelines.context import Context
from pipelines.near import NONE, losses_of, resolve, verify
from pipelines.output import ShardOutput, put_text
from pipelines.runners import Engine
from pipelines.undone import undone
from schemas import LEDGER, rows_of

VERSION = 6  # 6: within one language
HERE = "pipelines.phases.near_duplicates"


def settings(recipe: Recipe) -> dict[str, Any]:
    return {
        "near_duplicates": recipe.section_json("near_duplicates"),
        "trust": recipe.section_json("sources.trust"),
        **({"against": recipe.section_json("against")} if recipe.against else {}),
    }


def run(context: Context, engine: Engine) -> None:
    if context.recipe.near_duplicates:
        losses = context.path("losses", 0, ending="bin")
        if not exists(losses):
            older.check_unchanged(context)
            places = [*tables.shard_numbers(context), *older.places(context)]
            report = verify(context, engine, places)
            older.check_unchanged(context)
            put_text(json.dumps(report), context.path("hot", 0, ending="json"))
            resolve(context, places)
    flow.run(context, engine, undone(context), f"{HERE}:decide")


def decide(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    table = tables.survivors(context, shard, ["row", "uid", "chars"])
    lost = losses_of(context, shard) if context.recipe.near_duplicates else NONE
    copies = tables.in_row_order(table, rows_of(lost.ids))
    rule = np.where(lost.similarity >= 1, "near_duplicates.copy", "near_duplicates.similar").tolist()
    threshold = context.recipe.near_duplicates.min_similarity if context.recipe.near_duplicates else None
    rows = ledger.in_order(
        [
            ledger.removals(
                "near_duplicates",
                shard,
                copies,
                rule,
                keeper=lost.keepers,
                similarity=lost.similarity,
                signal="jaccard",
                value=lost.similarity.astype(np.float64),
                threshold=threshold,
            )
        ]
    )
    with ShardOutput(context, shard, VERSION) as out:
        if rows.num_rows:
            out.parquet("ledger", LEDGER.schema).write(rows)
        ledger.count_removals(out.counts, table, rows)
        out.stats["removed"] = ledger.tally(rows)
    yield from ()

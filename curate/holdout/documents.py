"""The documents that a run held out: their text as extracted, before any line was removed, and what they are.

The ledger knows them by the rule's name. Text, group and language are the `extract` phase's, the category is what the
run's own `categories` make of the signals, which `measure` computes before rules decide. Of another run of the same
input, whose rules are stricter, it can be told which of them its rules would have kept: `passing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate import rules
from curate.categories import assign
from curate.corpus import parquet
from curate.corpus.corpus import Corpus
from curate.errors import UserError
from curate.holdout.recipes import SIGNAL
from curate.recipe.by_language import apart
from curate.recipe.rules import CategoryRule, Rule
from curate.signals.holdout import keys
from schemas import OK, rows_of, shards_of

COLUMNS = ("row", "uid", "url", "host", "path", "member", "group", "language", "language_score", "date", "chars")
TYPES = {"uid": pa.uint64(), "key": pa.string(), "category": pa.string(), "text": pa.string()}


def share(corpus: Corpus) -> float:
    """The bound of the run's rule; UserError where it has none, or judges by another first."""
    first: dict[str, Any] = next(iter(corpus.recipe.get("rules") or []), {})
    if first.get("signal") != SIGNAL or first.get("min") is None or first.get("groups") not in ("all", None):
        raise UserError(
            f"{corpus.path}: the first rule of its recipe holds nothing out ({{signal: {SIGNAL}, min: 0.05, groups: "
            "all}); make such a recipe with `curate recipe hold-out`, and run it"
        )
    return float(first["min"])


def held_out(corpus: Corpus) -> pa.Table:
    """uid, key, category and text of each document that the rule removed, by (shard, row)."""
    categories = [CategoryRule(**rule) for rule in corpus.recipe.get("categories") or []]
    parts = []
    for shard, rows in _removed(corpus).items():
        about = _about(corpus, shard, rows, ("text",))
        if not len(about):
            continue
        columns = [about["uid"], pa.array(keys(about), pa.string()), assign(categories, about), about["text"]]
        parts.append(pa.table(dict(zip(TYPES, columns, strict=True)), schema=pa.schema(list(TYPES.items()))))
    return pa.concat_tables(parts) if parts else pa.schema(list(TYPES.items())).empty_table()


def passing(corpus: Corpus) -> np.ndarray:
    """uint64[]: uids of held-out documents that the run's other rules would have kept, sorted."""
    others = apart([Rule(**rule) for rule in corpus.recipe["rules"]][1:])
    kept = [np.empty(0, np.uint64)]
    for shard, rows in _removed(corpus).items():
        about = _about(corpus, shard, rows)
        verdicts = rules.apply(others, about, corpus.recipe.get("plugins") or ())
        kept.append(about["uid"].to_numpy()[verdicts.rule_index < 0])
    return np.unique(np.concatenate(kept))


def training_texts(corpus: Corpus) -> Iterator[pa.RecordBatch]:
    """text/, as it is trained on."""
    yield from corpus.text().to_batches(columns=["uid", "url", "path", "member", "group", "text"], batch_size=1 << 12)


def _removed(corpus: Corpus) -> dict[int, np.ndarray]:
    """shard -> rows"""
    where = (pc.field("phase") == "filter") & pc.starts_with(pc.field("rule"), f"{SIGNAL} <")
    ids = np.sort(corpus.ledger().to_table(["id"], filter=where)["id"].to_numpy())
    shards = shards_of(ids)
    return {int(shard): rows_of(ids[shards == shard]) for shard in np.unique(shards)}


def _about(corpus: Corpus, shard: int, rows: np.ndarray, more: tuple[str, ...] = ()) -> pa.Table:
    """Documents of `rows` with their signals beside."""
    files: dict[str, Any] = {name: corpus.files(*name.split("/"))[shard] for name in _FILES}
    where = pc.field("row").isin(pa.array(rows, pa.int64()))
    names = [n for n in parquet.names(files["extract/documents"]) if n in (*COLUMNS, "code_language", *more)]
    found = parquet.read(files["extract/documents"], [*names, "status"], where).sort_by("row")
    found = found.filter(pc.equal(found["status"], OK))
    measured = parquet.read(files["measure/signals"], None, where)
    measured = measured.take(pc.index_in(found["row"], measured["row"].combine_chunks()))
    for name in measured.column_names:
        if name != "row":
            found = found.append_column(name, measured[name])
    return found


_FILES = ("extract/documents", "measure/signals")

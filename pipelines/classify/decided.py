"""What a cut says of the documents of a shard: who falls below the least score of its cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from curate.recipe.classifiers import Classifier
from curate.rules import signal_values
from pipelines.classify.concerned import Concerned
from pipelines.classify.cuts import ALL
from pipelines.context import Context

Below = tuple[Classifier, np.ndarray, np.ndarray, np.ndarray]


def below(context: Context, shard: int, table: pa.Table, cuts: dict[str, dict[str, int]]) -> Iterator[Below]:
    """(entry, bool[n] of those below the cut, their scores, the cuts) of each classifier that cuts, in thousandths.

    `table`: the rows that stand, in order, with the columns of `scores`. Scores were rounded when they were made, so
    that thousandths can be had back exactly.
    """
    entries = context.recipe.classifiers
    if not any(entry.cuts for entry in entries):
        return
    concerned = Concerned(context, shard, entries)
    others = {entry.column: table[entry.column] for entry in entries}
    others |= {f"{name}.probability": table[f"{name}.probability"] for name in others if _multi(table, name)}
    numbers = {name: column for name, column in others.items() if not pa.types.is_string(column.type)}
    for entry in entries:
        if entry.cuts:
            score = np.rint(signal_values(table, entry.column) * 1000)  # NaN where not scored, which is below nothing
            least = _least(entry, concerned.languages, cuts[entry.task])
            hit = concerned.judged(entry, numbers) & (score < least)
            yield entry, hit, score, least


def _multi(table: pa.Table, column: str) -> bool:
    return f"{column}.probability" in table.schema.names


def _least(entry: Classifier, languages: np.ndarray, cuts: dict[str, int]) -> np.ndarray:
    """The cut of each document's cell; NaN where it has none."""
    if not entry.by_language:
        return np.full(len(languages), float(cuts.get(ALL, np.nan)))
    return np.array([cuts.get(language, np.nan) for language in languages], np.float64)

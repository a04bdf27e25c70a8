"""A shard's scores as columns: `classifier.<task>`, the calibrated probability to 1/1000, or the best class and its
probability where a model knows several. Null where the recipe does not have the document scored.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from classifiers.cascade import Band, merged
from curate.model_card import digest
from pipelines.classify.concerned import Concerned, histogram
from pipelines.classify.cuts import of_cell
from pipelines.classify.models import FAST, Model, models
from pipelines.classify.run import TOLD
from pipelines.context import Context
from pipelines.told import told
from schemas.contract import field


def fields(known: list[Model]) -> list[pa.Field]:
    """Of `scores` and of text/."""
    found = []
    for model in known:
        name, card = model.entry.column, model.card
        if card.multi:
            found.append(field(name, pa.string(), f"its {card.task}: the best of the model's classes", nullable=True))
            name, meaning = f"{name}.probability", "calibrated probability of that class, to 1/1000"
        else:
            meaning = f"calibrated probability that the answer to the task {card.task} is {card.positive}, to 1/1000"
        found.append(field(name, pa.float32(), meaning, nullable=True))
    return sorted(found, key=lambda one: one.name)


class ClassifierColumns:
    """The columns of a shard, in the order of its cleaned rows; `stats` is what its marker says of them."""

    def __init__(self, context: Context, shard: int):
        self.models = models(context)
        self.fields = fields(self.models)
        self.stats: dict[str, Any] = {}
        self.notes: list[str] = []
        if not self.models:
            return
        decided = told(context, TOLD)
        self.notes = [note for of in decided.values() for note in of.get("notes", [])]
        concerned = Concerned(context, shard, [model.entry for model in self.models])
        scores = {m.task: _scores(m, concerned, shard, decided[m.task]) for m in self.models}
        self.rows = concerned.rows
        self.columns: dict[str, pa.Array] = {}
        for model in self.models:
            self.columns |= _arrays(model, *scores[model.task][:2])
        for model in self.models:
            self.stats[model.task] = self._count(model, concerned, *scores[model.task])

    def of(self, rows: np.ndarray) -> dict[str, pa.Array]:
        at = pa.array(np.searchsorted(self.rows, rows)) if self.models else None
        return {one.name: self.columns[one.name].take(at) for one in self.fields}

    def _count(
        self, model: Model, concerned: Concerned, score: np.ndarray, best: np.ndarray, sent: int
    ) -> dict[str, Any]:
        """Documents scored, and sent to a transformer; of a score, the histogram of those that the cut judges."""
        scored = score >= 0
        of_model = {"kind": model.card.kind, "digest": digest(model.entry.model)[:16]}
        counted: dict[str, Any] = {**of_model, "scored": int(scored.sum()), "sent": sent}
        if model.card.multi:
            return counted
        others = {name: column for name, column in self.columns.items() if pa.types.is_floating(column.type)}
        judged = scored & concerned.judged(model.entry, others)
        return {**counted, "histogram": histogram(concerned.languages[judged], score[judged])}


def _scores(
    model: Model, concerned: Concerned, shard: int, decided: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray, int]:
    """(thousandths, -1 where not scored; best class; documents that a transformer read)."""
    score, best = np.full(len(concerned.rows), -1, np.int64), np.full(len(concerned.rows), -1, np.int64)
    sent = 0
    for step in model.steps:
        read = model.read(FAST if step == FAST else decided["slow"], shard)
        at = np.searchsorted(concerned.rows, read["row"].to_numpy())
        if step != FAST:
            sent = len(at)
        if step != FAST and model.cascade:
            slow = np.zeros(len(score), np.int64)
            slow[at] = read["score"].to_numpy()
            score = _merged(score, slow, concerned.languages, concerned.judged(model.entry), decided)
        else:
            score[at], best[at] = read["score"].to_numpy(), read["best"].to_numpy()
    return score, best, sent


def _merged(
    fast: np.ndarray, slow: np.ndarray, languages: np.ndarray, judged: np.ndarray, decided: dict[str, Any]
) -> np.ndarray:
    """The cascade's scores; a document that no cut judges keeps its fast score."""
    result, bands, cuts = fast.copy(), decided["bands"], decided["cuts"]
    for cell, (lowest, highest) in sorted(bands.items()):
        mine = judged & of_cell(languages, cell)
        if cell in cuts or lowest <= highest:
            result[mine] = merged(fast[mine], slow[mine], Band(lowest, highest), cuts.get(cell, 0))
    return result


def _arrays(model: Model, score: np.ndarray, best: np.ndarray) -> dict[str, pa.Array]:
    name, absent = model.entry.column, score < 0
    probability = pa.array((score / 1000).astype(np.float32), pa.float32(), mask=absent)
    if not model.card.multi:
        return {name: probability}
    classes = pa.array(model.card.classes, pa.string())
    return {name: classes.take(pa.array(best, pa.int64(), mask=absent)), f"{name}.probability": probability}

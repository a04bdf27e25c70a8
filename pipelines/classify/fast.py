"""fastText's scores of a shard: one pass over its text for all models that have none of it yet.

A task of the pool like any other: compiled kernels on Arrow's buffers, one core, no lock held.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pyarrow as pa

from classifiers.scorer import Scorer, load, scores
from curate.model_card import digest
from pipelines import flow, tables
from pipelines.classify.concerned import Concerned, histogram
from pipelines.classify.models import FAST, Model, models
from pipelines.context import Context


def fast(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    todo = [model for model in models(context) if FAST in model.steps and not model.stands(FAST, shard)]
    concerned = Concerned(context, shard, [model.entry for model in todo])
    masks = {model.task: concerned.scored(model.entry) for model in todo}
    found: dict[str, list[tuple[np.ndarray, ...]]] = {model.task: [] for model in todo}
    for batch in tables.batches(context, "clean", shard, "clean", ["row", "text"]):
        rows = batch["row"].to_numpy()
        at = np.searchsorted(concerned.rows, rows)
        for model in todo:
            wanted = masks[model.task][at]
            said = scores(opened(model, FAST), batch["text"].filter(pa.array(wanted)))
            found[model.task].append((rows[wanted], said.thousandths, said.best))
    for model in todo:
        _put(model, shard, concerned, joined(found[model.task]))
    yield from ()


def joined(parts: list[tuple[np.ndarray, ...]]) -> list[np.ndarray]:
    """(row, score, best) of a whole shard."""
    kinds = (np.int64, np.int16, np.int16)
    return [
        np.concatenate([np.empty(0, kind), *(part[n] for part in parts)]).astype(kind) for n, kind in enumerate(kinds)
    ]


def _put(model: Model, shard: int, concerned: Concerned, columns: list[np.ndarray]) -> None:
    """A cascade's fast scores are counted, for its bands."""
    counted = {}
    if model.cascade:
        at = np.searchsorted(concerned.rows, columns[0])
        judged = concerned.judged(model.entry)[at]
        counted = histogram(concerned.languages[at][judged], columns[1][judged])
    model.put(FAST, shard, columns, {"documents": len(columns[0]), "histogram": counted})


def opened(model: Model, step: str) -> Scorer:
    """Its scorer, kept as long as the process lives."""
    return _opened(model.source(step), digest(model.source(step)))


@lru_cache(8)
def _opened(folder: str, digest: str) -> Scorer:
    return load(folder)

"""The recipe's models as a run uses them, and the files that hold what they said.

Scores are a function of the model, the cleaned text and whom the model scores, so they lie outside of the phase that
first needs them: `work/classifier.<task>-<key>/` serves every later run into the folder that has the same texts, with
whatever cut or category. A file stands by its marker, written after it, so a shard that stands is never scored again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from curate import model_card
from curate.model_card import Card
from curate.recipe.classifiers import Classifier
from curate.storage import exists, join, list_files, read_bytes
from pipelines.context import Context
from pipelines.output import put_text, write_table

VERSION = 1
FAST, SLOW = "fast", "slow"  # also the folders inside a cascade
SCORED = pa.schema([("row", pa.int64()), ("score", pa.int16()), ("best", pa.int16())])


@dataclass(frozen=True)
class Model:
    """An entry of `classifiers:`, its card, and where its scores lie."""

    entry: Classifier
    card: Card
    folder: str

    @property
    def task(self) -> str:
        return self.entry.task

    @property
    def steps(self) -> tuple[str, ...]:
        """Which of fast and slow it has."""
        return {"fasttext": (FAST,), "distilroberta": (SLOW,), "cascade": (FAST, SLOW)}[self.card.kind]

    @property
    def cascade(self) -> bool:
        return self.card.kind == "cascade"

    def source(self, step: str) -> str:
        """The folder of the model of a step."""
        return join(self.entry.model, step) if self.cascade else self.entry.model

    def put(self, name: str, shard: int, columns: Sequence[np.ndarray], stats: dict[str, Any]) -> None:
        """(row, score, best) of a shard, then its marker."""
        arrays = [pa.array(column, field.type) for column, field in zip(columns, SCORED, strict=True)]
        write_table(pa.Table.from_arrays(arrays, schema=SCORED), self._path(name, shard))
        put_text(json.dumps(stats, sort_keys=True), self._marker(name, shard))

    def read(self, name: str, shard: int) -> pa.Table:
        from curate.corpus import parquet

        return parquet.read(self._path(name, shard))

    def stats(self, name: str, shard: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(read_bytes(self._marker(name, shard)))
        return found

    def stands(self, name: str, shard: int) -> bool:
        return exists(self._marker(name, shard))

    def undone(self, name: str, shards: Sequence[int]) -> list[int]:
        """Those that do not stand, with one look."""
        folder = join(self.folder, name, "done")
        there = {path.rsplit("/", 1)[-1] for path in list_files(folder)} if exists(folder) else set()
        return [shard for shard in shards if f"{shard:05d}.json" not in there]

    def _path(self, name: str, shard: int) -> str:
        return join(self.folder, name, f"{shard:05d}.parquet")

    def _marker(self, name: str, shard: int) -> str:
        return join(self.folder, name, "done", f"{shard:05d}.json")


def models(context: Context) -> list[Model]:
    """In the order of the recipe."""
    return [_model(context, entry) for entry in context.recipe.classifiers]


def _model(context: Context, entry: Classifier) -> Model:
    card = model_card.read(entry.model, verify=False)
    scope = ["groups", "languages", "except_languages"]
    if card.kind == "cascade":
        scope.append("unless")  # whose fast scores are counted for the band
    state = json.dumps([VERSION, context.key("clean"), entry.decides(*scope)], sort_keys=True)
    key = hashlib.sha256(state.encode()).hexdigest()[:10]
    return Model(entry, card, join(context.root, "work", f"{entry.column}-{key}"))

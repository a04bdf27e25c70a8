"""DistilRoBERTa's scores: the one step of a run that runs outside of the pool, and the only one that wants a GPU.

A DoFn of its own, for two reasons. A model is loaded once a process and shared (beam.utils.shared), where each child of
the pool would load its own; and Beam's resource hints are a property of a transform: only this one carries them, so on
an engine that honours them (Dataflow) only its workers have an accelerator.

An element is a shard: its cleaned text is read, of a cascade only the rows in the band, and one file is put. A shard
that stands is passed over, so a bundle that is tried again scores nothing twice, and what one machine has committed no
other overwrites with its own last bits. What the pool does for its tasks does not hold here: a text cannot kill the
model's process by its content (it is cut into windows of fixed size), but where the process ends all the same (memory,
a driver of the GPU) its bundle does, and the engine tries it again; locally the run ends, and the same command goes on
at the shard that was under way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
from apache_beam.utils.shared import Shared

from classifiers.cascade import Band, sent
from classifiers.scorer import Scorer, load, scores
from curate.model_card import digest
from pipelines import tables, workers
from pipelines.classify.bands import Bands
from pipelines.classify.concerned import Concerned, histogram
from pipelines.classify.cuts import of_cell
from pipelines.classify.fast import joined
from pipelines.classify.models import FAST, SLOW, Model
from pipelines.context import Context

MIN_RAM = "12GB"  # torch, a model of 82 M parameters, a shard's texts; asked for along with an accelerator only
NAME = "score by a transformer"


class ScoreShards(beam.DoFn):
    """The slow scores of each shard under `name`; of a cascade those of the rows in the `bands`."""

    def __init__(self, context: Context, model: Model, name: str, bands: Bands | None, device: str = "auto"):
        self.context, self.model, self.name, self.bands, self.device = context, model, name, bands, device
        self.shared = Shared()

    def process(self, element: tuple[int, bytes]) -> Iterator[tuple[int, bytes]]:
        shard = element[0]
        if not self.model.stands(self.name, shard):
            try:
                self._score(shard)
            except Exception as error:  # Beam adds words of its own to a sentence, and forgets what a full disk was
                workers.last_failure = workers.failure(error)
                raise
        yield from ()

    def _score(self, shard: int) -> None:
        entry = self.model.entry
        concerned = Concerned(self.context, shard, [entry])
        wanted = concerned.scored(entry) if self.bands is None else _in_band(self.model, concerned, shard, self.bands)
        parts: list[tuple[np.ndarray, ...]] = []
        if wanted.any():
            scorer = self._scorer()
            for batch in tables.batches(self.context, "clean", shard, "clean", ["row", "text"]):
                rows = batch["row"].to_numpy()
                mine = wanted[np.searchsorted(concerned.rows, rows)]
                if mine.any():
                    said = scores(scorer, batch["text"].filter(pa.array(mine)))
                    parts.append((rows[mine], said.thousandths, said.best))
        columns = joined(parts)
        at = np.searchsorted(concerned.rows, columns[0])
        counted = histogram(concerned.languages[at], columns[1]) if self.bands is not None else {}
        self.model.put(self.name, shard, columns, {"documents": len(at), "histogram": counted})

    def _scorer(self) -> Scorer:
        folder = self.model.source(SLOW)
        scorer: Scorer = self.shared.acquire(lambda: load(folder, self.device), tag=digest(folder))
        return scorer


def _in_band(model: Model, concerned: Concerned, shard: int, bands: Bands) -> np.ndarray:
    """bool[n]: rows that the cut judges, with a fast score in the band of their cell."""
    fast = model.read(FAST, shard)
    at = np.searchsorted(concerned.rows, fast["row"].to_numpy())
    inside = np.zeros(len(concerned.rows), bool)
    inside[at] = in_band(concerned.languages[at], fast["score"].to_numpy(), bands)
    return inside & concerned.judged(model.entry)


def in_band(languages: np.ndarray, fast: np.ndarray, bands: Bands) -> np.ndarray:
    """bool[n]; a cell that no document was counted in has no band."""
    inside = np.zeros(len(fast), bool)
    for cell, ends in bands.items():
        inside |= of_cell(languages, cell) & sent(fast, Band(*ends))
    return inside


def transform(scoring: ScoreShards, accelerator: str | None) -> Any:
    """The step, with hints where an accelerator is asked for."""
    step = beam.ParDo(scoring).with_output_types(tuple[int, bytes])
    return step.with_resource_hints(accelerator=accelerator, min_ram=MIN_RAM) if accelerator else step

"""The side output of `measure` where the recipe names benchmarks: which item hit which document.

Documents with a hit are few, so theirs are searched a second time for the items rather than all a little slower.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from curate.recipe import Recipe
from pipelines.output import ShardOutput
from schemas import CONTAMINATION


class Contamination:
    """The rows of one shard, and in its stats what is looked for, by benchmark."""

    def __init__(self, recipe: Recipe, out: ShardOutput):
        from curate.signals._items import index, summary

        assert recipe.contamination is not None
        self._index = index(recipe.contamination)
        self._file = out.parquet("contamination", CONTAMINATION.schema)
        out.stats["contamination"] = summary(self._index)

    def of(self, documents: pa.RecordBatch, signals: pa.RecordBatch) -> pa.RecordBatch | None:
        """What hit the documents of a batch."""
        from curate.signals.contamination import rows

        hit = pc.fill_null(pc.greater(signals["contamination.hits"], 0), False)
        return rows(documents.select(["row", "text"]).filter(hit), self._index) if pc.any(hit).as_py() else None

    def add(self, found: pa.RecordBatch | None) -> None:
        if found is not None:
            self._file.write(found)

"""Signals of the cleaned text: measured where an edit changed it, as they were everywhere else.

A signal depends on the document alone, so an untouched text has the signals that `measure` stored. Most texts are
untouched, and this is a sixth of what `clean` would cost otherwise.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import families, tables
from pipelines.context import Context


class MeasuredAgain:
    """For one shard: the columns, in the order of `schema`, that `clean` appends to its text."""

    def __init__(self, context: Context, shard: int, schema: pa.Schema):
        self._recipe, self._families = context.recipe, families.measured_again(context.recipe)
        self.fields = [field for field in schema if field.name.split(".")[0] in self._families]
        names = ["row", *(field.name for field in self.fields)]
        self._before = tables.read(context, "signals", shard, "measure", names) if self.fields else None

    def of(self, batch: pa.RecordBatch, edited: Any) -> dict[str, pa.Array]:
        """Signals of the texts of `edited`, by name."""
        if self._before is None:
            return {}
        before = tables.in_row_order(self._before, batch["row"].to_numpy()).combine_chunks()
        changed = edited.changed()
        now = self._measured(batch.filter(changed), edited.text.filter(changed))
        columns = ((field.name, before[field.name].combine_chunks()) for field in self.fields)
        return {name: pc.replace_with_mask(old, changed, now[name]) if now else old for name, old in columns}

    def _measured(self, batch: pa.RecordBatch, text: pa.Array) -> pa.RecordBatch | None:
        from curate import signals

        if not batch.num_rows:
            return None
        at = batch.schema.get_field_index("text")
        return signals.compute(
            batch.set_column(at, batch.schema.field(at), text),
            self._families,
            plugins=self._recipe.plugins,
            adult_lists=self._recipe.adult.lists,
            contamination=self._recipe.contamination,
        )

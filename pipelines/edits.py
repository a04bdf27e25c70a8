"""Line edits of a shard's documents: which lines go, by which rule, and what that leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from curate.recipe import Recipe
from pipelines import tables
from pipelines.context import Context
from pipelines.phases.frequent_lines import bucket_of

MARKED_AT = 0.5  # code.score or math.score from which a page's lines are left alone


@dataclass
class Edited:
    """A batch after its edits; `taken` has (rule, lines int64[n], chars int64[n]) for each rule."""

    text: pa.StringArray
    removed: pa.ListArray
    chars: pa.Array
    taken: list[tuple[str, np.ndarray, np.ndarray]]


class Edits:
    """The edits of one shard; batches come in row order."""

    def __init__(self, context: Context, shard: int):
        recipe, group = context.recipe, tables.groups(context)[shard]
        self._frequent, self._repeated = _covered(recipe, group)
        bucket = bucket_of(context, shard) if self._frequent else None
        known = tables.read(context, "set", bucket, "frequent_lines")["hash"] if bucket is not None else None
        self._set = known.to_numpy() if known is not None else np.empty(0, np.uint64)
        self._percent = recipe.repeated_lines.max_percent if recipe.repeated_lines else 100
        self._lines = tables.read(context, "lines", shard, "measure") if self._frequent or self._repeated else None
        self._marked = _marked(context, shard)

    def apply(self, batch: pa.RecordBatch) -> Edited:
        """Edit a batch (row, text, chars)."""
        from curate.dedup.line_counts import mask
        from curate.dedup.line_edits import remove_lines, taken

        n, rows = batch.num_rows, batch["row"].to_numpy()
        if self._lines is None:
            nothing = pa.array([[]] * n, pa.list_(pa.int32()))
            return Edited(batch["text"], nothing, batch["chars"], [])
        own = tables.in_row_order(self._lines, rows).combine_chunks()
        offsets = np.concatenate([[0], np.cumsum(pa.compute.list_value_length(own["hashes"]).to_numpy())]).astype(
            np.int64
        )
        free = np.repeat(np.isin(rows, self._marked), np.diff(offsets))
        hashes, percent = (own[c].combine_chunks().flatten().to_numpy() for c in ("hashes", "repetition"))
        frequent = mask(hashes, self._set) & ~free if self._frequent else np.zeros(len(hashes), bool)
        repeated = (percent > self._percent) & ~free & ~frequent if self._repeated else np.zeros(len(hashes), bool)
        edited = remove_lines(batch["text"], frequent | repeated, offsets)
        by_rule = [
            (rule, *taken(batch["text"], gone, offsets))
            for rule, gone in (("frequent_lines", frequent), ("repeated_lines", repeated))
        ]
        return Edited(edited.text, edited.removed, pa.compute.utf8_length(edited.text).cast(pa.int64()), by_rule)


def _covered(recipe: Recipe, group: str) -> tuple[bool, bool]:
    rules = (recipe.frequent_lines, recipe.repeated_lines)
    return tuple(rule is not None and group in rule.groups for rule in rules)  # type: ignore[return-value]


def _marked(context: Context, shard: int) -> np.ndarray:
    """Rows that the cheap signals call code or maths."""
    table = tables.read(context, "signals", shard, "measure", ["row", "code.score", "math.score"])
    high = [table[name].fill_null(0).to_numpy() >= MARKED_AT for name in ("code.score", "math.score")]
    return table["row"].to_numpy()[high[0] | high[1]]

"""Edits of a shard's documents: which lines go, by which rule, which values become tokens, and what that leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from curate.recipe import Recipe
from pipelines import tables
from pipelines.context import Context
from pipelines.phases.frequent_lines import bucket_of
from pipelines.spared import Pages


@dataclass
class Edited:
    """A batch after its edits; `taken` has (rule, signal, its value int64[n], chars int64[n]) for each rule."""

    text: pa.StringArray
    removed: pa.ListArray
    chars: pa.Array
    taken: list[tuple[str, str, np.ndarray, np.ndarray]]

    def changed(self) -> pa.Array:
        """bool[n]: texts that are no longer what they were."""
        hit = np.zeros(len(self.text), bool)
        for _, _, value, _ in self.taken:
            hit |= value > 0
        return pa.array(hit)


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
        self._kinds = recipe.pii.replace if recipe.pii and recipe.pii.concerns(group) else []
        self._rules = [rule for rule in recipe.line_rules if rule.groups is None or group in rule.groups]
        sections = (recipe.frequent_lines, recipe.repeated_lines, *self._rules)
        self._unless = [part.unless if part else [] for part in sections[:2]]
        self._pages = Pages(context, shard, [one for part in sections if part for one in part.unless])

    def apply(self, batch: pa.RecordBatch) -> Edited:
        """Edit a batch of the columns that `clean` reads."""
        return self._without_personal(self._without_lines(batch))

    def _without_lines(self, batch: pa.RecordBatch) -> Edited:
        from curate.dedup.line_edits import remove_lines, taken

        found, offsets = self._found(batch)
        if offsets is None:
            nothing = pa.array([[]] * batch.num_rows, pa.list_(pa.int32()))
            return Edited(batch["text"], nothing, batch["chars"], [])
        gone = np.zeros(offsets[-1], bool)
        by_rule = []
        for rule, lines in found:
            mine = lines & ~gone  # the first that takes a line has it
            gone |= mine
            by_rule.append((rule, "lines", *taken(batch["text"], mine, offsets)))
        edited = remove_lines(batch["text"], gone, offsets)
        return Edited(edited.text, edited.removed, pa.compute.utf8_length(edited.text).cast(pa.int64()), by_rule)

    def _without_personal(self, edited: Edited) -> Edited:
        """Tokens for what the recipe names; a value in a line that went is not counted."""
        if not self._kinds:
            return edited
        from curate.pii import replace

        text, found = replace(edited.text, self._kinds)
        taken = [(f"pii.{kind}", f"pii.{kind}s", *counted) for kind, counted in found.items()]
        chars = pa.compute.utf8_length(text).cast(pa.int64())
        return Edited(text, edited.removed, chars, edited.taken + taken)

    def _found(self, batch: pa.RecordBatch) -> tuple[list[tuple[str, np.ndarray]], np.ndarray | None]:
        """(rule, bool[lines]) of each rule of this group, and where the lines of each text begin."""
        found: list[tuple[str, np.ndarray]] = []
        offsets, pages = None, self._pages.of(batch)
        if self._lines is not None:
            found, offsets = self._hashed(batch["row"].to_numpy(), pages)
        if self._rules:
            from curate.line_rules import taken_lines

            for name in ("group", "language", "code_language"):
                pages = pages.append_column(name, batch[name])
            named, offsets = taken_lines(self._rules, batch["text"], pages)
            found += named
        return found, offsets

    def _hashed(self, rows: np.ndarray, pages: pa.Table) -> tuple[list[tuple[str, np.ndarray]], np.ndarray]:
        """What the hashes and the repetition that `measure` stored say."""
        from curate.dedup.line_counts import mask
        from curate.rules import exempt

        own = tables.in_row_order(self._lines, rows).combine_chunks()
        offsets = np.r_[0, np.cumsum(pa.compute.list_value_length(own["hashes"]).to_numpy())].astype(np.int64)
        hashes, percent = (own[c].combine_chunks().flatten().to_numpy() for c in ("hashes", "repetition"))
        frequent = mask(hashes, self._set) if self._frequent else np.zeros(len(hashes), bool)
        repeated = percent > self._percent if self._repeated else np.zeros(len(hashes), bool)
        judged = [np.repeat(~exempt(unless, pages), np.diff(offsets)) for unless in self._unless]
        return [("frequent_lines", frequent & judged[0]), ("repeated_lines", repeated & judged[1])], offsets


def _covered(recipe: Recipe, group: str) -> tuple[bool, bool]:
    rules = (recipe.frequent_lines, recipe.repeated_lines)
    return tuple(rule is not None and group in rule.groups for rule in rules)  # type: ignore[return-value]

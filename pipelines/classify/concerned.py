"""Whom a classifier scores (its groups and languages), and whom its cut judges (those that no `unless` spares)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from curate.recipe.classifiers import PREFIX, Classifier
from curate.rules import exempt, in_scope
from pipelines import tables
from pipelines.context import Context
from pipelines.spared import Pages

SCOPE = ("group", "language", "code_language")


class Concerned:
    """The rows of a shard that stand after `clean`, in order, and masks over them."""

    def __init__(self, context: Context, shard: int, entries: Iterable[Classifier]):
        unless = [one for entry in entries for one in entry.unless if not one.signal.startswith(PREFIX)]
        pages = Pages(context, shard, unless)
        self._documents = tables.survivors(context, shard, ["row", *SCOPE, *pages.columns])
        self._pages = pages.of(self._documents)
        self.rows: np.ndarray = self._documents["row"].to_numpy()
        self.languages = np.array(self._documents["language"].to_pylist(), object)

    def scored(self, entry: Classifier) -> np.ndarray:
        """bool[n]: rows of its groups and languages."""
        return in_scope(entry, self._documents)

    def judged(self, entry: Classifier, scores: dict[str, pa.Array] | None = None) -> np.ndarray:
        """bool[n]: those of them that its `unless` does not spare. `scores`: columns of other classifiers."""
        pages = self._pages
        for name, column in (scores or {}).items():
            pages = pages.append_column(name, column)
        return self.scored(entry) & ~exempt(entry.unless, pages)


def histogram(languages: np.ndarray, scores: np.ndarray) -> dict[str, dict[str, int]]:
    """{language: {thousandths: documents}}"""
    found: dict[str, dict[str, int]] = {}
    for language in sorted(set(languages)):
        values, many = np.unique(scores[languages == language], return_counts=True)
        found[language] = {str(value): int(n) for value, n in zip(values.tolist(), many.tolist(), strict=True)}
    return found

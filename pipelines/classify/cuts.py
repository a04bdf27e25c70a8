"""Cuts: the least score, in thousandths, that stays, in each cell (a language, or all of them).

By yield from the histograms that shards left behind: of equal scores all stay or all go, so the cut is where what stays
comes nearest to the share asked for, and of two as near the one that keeps less (classifiers.thresholds); but the best
score of a cell stays whatever its share, so that no language vanishes because it has one document, or because the model
says the same of all of them. By precision from the model's card. All in whole numbers, the same on any engine.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from classifiers.thresholds import TOP, cut
from curate.model_card import Card, digest
from curate.recipe.classifier_checks import precision
from curate.recipe.classifiers import DIGITS, Classifier, thousandths

ALL = "all"
Counts = dict[str, dict[str, int]]  # language -> thousandths -> documents


def cells(entry: Classifier, shards: list[Counts]) -> dict[str, np.ndarray]:
    """int64[1001] of each cell, over all shards."""
    found: dict[str, np.ndarray] = {}
    for counts in shards:
        for language, many in counts.items():
            into = found.setdefault(language if entry.by_language else ALL, np.zeros(TOP + 1, np.int64))
            for score, documents in many.items():
                into[int(score)] += documents
    return dict(sorted(found.items()))


def of_cell(languages: np.ndarray, cell: str) -> np.ndarray:
    """bool[n]: documents of a cell."""
    return np.ones(len(languages), bool) if cell == ALL else languages == cell


def least(entry: Classifier, card: Card, cell: str, counts: np.ndarray) -> int | None:
    """The least score that stays in a cell; None where nothing goes."""
    if entry.keep_best is not None:
        return by_yield(counts, entry.keep_best)
    return fixed(entry, card, cell)


def fixed(entry: Classifier, card: Card, cell: str) -> int | None:
    """A cut that does not depend on the corpus; None where there is none, or none for this language."""
    if entry.min_precision is not None:
        return precision(card, entry.min_precision)
    stated = entry.min.get(cell) if isinstance(entry.min, dict) else entry.min
    return None if stated is None else thousandths(stated)


def by_yield(counts: np.ndarray, keep_best: float) -> int:
    """Of any scores, by their place in `counts`."""
    best = int(np.flatnonzero(counts).max(initial=0))
    return min(cut(counts, thousandths(keep_best)), best)


def all_cuts(entry: Classifier, card: Card, shards: list[Counts]) -> dict[str, int]:
    """The cut of each cell that has one; also of languages that a recipe names and this corpus has not."""
    if entry.keep_best is None and not isinstance(entry.min, dict):
        stated = fixed(entry, card, ALL)
        return {} if stated is None else {ALL: stated}
    if isinstance(entry.min, dict):
        return {language: thousandths(score) for language, score in sorted(entry.min.items())}
    return {cell: by_yield(counts, entry.keep_best or 0) for cell, counts in cells(entry, shards).items()}


def as_found(entry: Classifier, found: dict[str, int]) -> Classifier:
    """The entry with its cuts as scores, so that it cuts another corpus at the same ones; by this model alone."""
    if not found or entry.min is not None:
        return entry
    scores: Any = {cell: score / 1000 for cell, score in found.items()}
    remark = {name: getattr(entry, name) for name in ("keep_best", "min_precision") if getattr(entry, name) is not None}
    whose = digest(entry.model)[:DIGITS]
    stated = {"min": scores if entry.by_language else scores[ALL], "found_by": remark, "found_with": whose}
    return entry.model_copy(update={"keep_best": None, "min_precision": None, "by": None, **stated})

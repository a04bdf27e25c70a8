"""Of a model that names one of several classes: how often it is right, class by class, and what is taken for what.

The mean of F1 over classes counts a rare class as much as a common one, where the share that is right does not. Both
stand beside what naming the most frequent class every time would achieve.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from classifiers import metrics
from classifiers.calibrate import apply
from classifiers.estimates import estimate
from classifiers.evaluate.measures import calibration
from classifiers.labels import Labels
from classifiers.metrics import Array, plain
from classifiers.scorer import Scores
from curate.model_card import Card

SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)


def measured(card: Card, test: Labels, probabilities: Array, kept: Scores) -> dict[str, Any]:
    table = metrics.confusion(test.classes, kept.best, len(card.classes))
    right = kept.best == test.classes
    calibrated = apply(card.calibration, probabilities).max(axis=1)
    always = np.full(len(test), int(np.bincount(test.classes).argmax()))
    return {
        "accuracy": _accuracy(right, test.keys, card.seed),
        "macro_f1": _macro_f1(test, kept.best, len(card.classes), card.seed),
        "kappa": plain(metrics.cohen_kappa(test.classes, kept.best, len(card.classes))),
        "most_frequent": {
            "class": card.classes[int(always[0])],
            "accuracy": plain(float((always == test.classes).mean())),
            "macro_f1": plain(metrics.macro_f1(metrics.confusion(test.classes, always, len(card.classes)))),
        },
        "confusion": table.tolist(),
        "by_class": _by_class(card, table),
        "by_confidence": _by_confidence(right, kept.thousandths),
        "calibration": calibration(right, probabilities.max(axis=1), calibrated),
    }


def _accuracy(right: Array, keys: Array, seed: int) -> dict[str, Any]:
    return estimate(lambda weights: float((weights * right).sum() / weights.sum()), keys, seed)


def _macro_f1(test: Labels, best: Array, classes: int, seed: int) -> dict[str, Any]:
    pairs = test.classes * classes + best

    def of(weights: Array) -> float:
        table = np.zeros(classes * classes, np.int64)
        np.add.at(table, pairs, weights)
        return metrics.macro_f1(table.reshape(classes, classes))

    return estimate(of, test.keys, seed)


def _by_class(card: Card, table: Array) -> list[dict[str, Any]]:
    f1, rows = metrics.f1_by_class(table), []
    for k, name in enumerate(card.classes):
        documents, named, right = int(table[k].sum()), int(table[:, k].sum()), int(table[k, k])
        row = {"name": name, "documents": documents, "named": named, "f1": plain(f1[k])}
        precision, recall = (plain(right / n) if n else None for n in (named, documents))
        rows.append({**row, "precision": precision, "recall": recall})
    return rows


def _by_confidence(right: Array, scores: Array) -> list[dict[str, Any]]:
    """Of the most confident share of the documents, how many are right; of equal confidence all or none."""
    permille = tuple(round(1000 * share) for share in SHARES)
    rows = metrics.precision_recall_by_yield(right, scores, permille)
    return [
        {"share": r["yield"], "least": r["least"] / 1000, "kept": r["kept"], "right": plain(r["precision"])}
        for r in rows
    ]

"""What a card says of a model that was just trained: calibration and thresholds from validation, metrics from testing.

Calibrated probabilities are those of documents as the labels have them. Where rare documents were judged more often
than they occur, a probability of 0.5 is too high for the corpus; cuts by yield are not concerned: they weigh each
document by how many of the corpus it stands for, and a recipe takes them anew from the corpus itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from classifiers import calibrate, metrics, thresholds
from classifiers.labels import Labels
from classifiers.metrics import plain


class Figures(NamedTuple):
    """Fields of curate.model_card.Card."""

    calibration: dict[str, Any]
    thresholds: dict[str, Any]
    metrics: dict[str, Any]


def figures(validation: Labels, at_validation: np.ndarray, test: Labels, at_test: np.ndarray, seed: int) -> Figures:
    """`at_*`: the model's uncalibrated float[n, classes] of each side."""
    task = validation.task
    if task.positive_class is None:
        calibration = calibrate.temperature(validation.classes, _logarithms(at_validation))
        return Figures(calibration, {}, _of_many(test, calibrate.apply(calibration, at_test)))
    positive = task.names.index(task.positive_class)
    y = validation.classes == positive
    calibration = calibrate.isotonic(y, at_validation[:, positive])
    scores = calibrate.thousandths(calibrate.apply(calibration, at_validation[:, positive]))
    cuts = {
        "yield": thresholds.by_yield(scores, validation.table["weight"].to_numpy()),
        "precision": thresholds.by_precision(y, scores),
    }
    told = _of_two(test, positive, calibrate.apply(calibration, at_test[:, positive]), seed)
    return Figures(calibration, cuts, told)


def _logarithms(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(probabilities.astype(np.float64), calibrate.SMALLEST))


def _of_two(test: Labels, positive: int, p: np.ndarray, seed: int) -> dict[str, Any]:
    y = test.classes == positive
    low, high = metrics.interval(lambda weights: metrics.auc(y, p, weights), test.keys, seed)
    return {
        **_size(test),
        "auc": plain(metrics.auc(y, p)),
        "auc_interval": [plain(low), plain(high)],
        "average_precision": plain(metrics.average_precision(y, p)),
        "calibration_error": plain(metrics.expected_calibration_error(y, p)),
        "by_yield": [{k: plain(v) for k, v in row.items()} for row in metrics.precision_recall_by_yield(y, p)],
    }


def _of_many(test: Labels, p: np.ndarray) -> dict[str, Any]:
    best = p.argmax(axis=1)
    table = metrics.confusion(test.classes, best, p.shape[1])
    f1 = dict(zip(test.task.names, map(plain, metrics.f1_by_class(table)), strict=True))
    error = metrics.expected_calibration_error(best == test.classes, p.max(axis=1))
    overall = {"accuracy": plain(metrics.accuracy(table)), "macro_f1": plain(metrics.macro_f1(table))}
    return {**_size(test), **overall, "f1": f1, "calibration_error": plain(error)}


def _size(test: Labels) -> dict[str, int]:
    return {"documents": len(test), "keys": len(set(test.keys))}

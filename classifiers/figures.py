"""What a card says of a model that was just trained: calibration and thresholds from validation, metrics from testing.

Average precision, precision and recall are of the corpus, each document counting as many times as it stands for.
Judged is the score that is written to a corpus, calibrated and in thousandths, as on the page of an evaluation.

Calibrated probabilities are those of documents as the labels have them. Where rare documents were judged more often
than they occur, a probability of 0.5 is too high for the corpus. Cuts, by yield or by precision, are not concerned:
each document weighs as many of the corpus as it stands for, and those by yield a recipe takes anew from the corpus.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from classifiers import calibrate, metrics, thresholds
from classifiers.estimates import estimate
from classifiers.labels import Labels
from classifiers.metrics import plain
from classifiers.scorer import of_positive


class Figures(NamedTuple):
    """Fields of curate.model_card.Card."""

    calibration: dict[str, Any]
    thresholds: dict[str, Any]
    metrics: dict[str, Any]


def figures(validation: Labels, at_validation: np.ndarray, test: Labels, at_test: np.ndarray, seed: int) -> Figures:
    """`at_*`: the model's uncalibrated float[n, classes] of each side."""
    task = validation.task
    if (positive := task.positive_index) is None:
        calibration = calibrate.temperature(validation.classes, _logarithms(at_validation))
        return Figures(calibration, {}, _of_many(test, calibrate.apply(calibration, at_test)))
    y = validation.classes == positive
    calibration = calibrate.isotonic(y, at_validation[:, positive])
    scores, weights = of_positive(calibration, at_validation[:, positive]), _weights(validation)
    cuts = {"yield": thresholds.by_yield(scores, weights), "precision": thresholds.by_precision(y, scores, weights)}
    return Figures(calibration, cuts, _of_two(test, positive, of_positive(calibration, at_test[:, positive]), seed))


def _logarithms(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(probabilities.astype(np.float64), calibrate.SMALLEST))


def _weights(labels: Labels) -> np.ndarray:
    return labels.table["weight"].to_numpy()


def _of_two(test: Labels, positive: int, scores: np.ndarray, seed: int) -> dict[str, Any]:
    y = test.classes == positive
    auc = estimate(metrics.auc_by_weights(y, scores), test.keys, seed)
    by_yield = metrics.precision_recall_by_yield(y, scores, weights=_weights(test))
    return {
        **_size(test),
        "auc": auc["value"],
        "auc_interval": [auc["low"], auc["high"]],
        "average_precision": plain(metrics.average_precision(y, scores, metrics.whole(_weights(test)))),
        "calibration_error": plain(metrics.expected_calibration_error(y, scores / 1000)),
        "by_yield": [{k: plain(v) for k, v in row.items()} for row in by_yield],
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

"""Of a yes-or-no model: does it order documents well, what does each cut keep, do its probabilities mean what they say.

The score judged is the one that is written to a corpus, calibrated and rounded to thousandths; calibration is shown of
the model's own probability too, before. Intervals draw whole keys (classifiers.metrics.interval).

Cuts and average precision are of the corpus: each document counts as many times as it stands for, which the sampling
knew. All else counts documents once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from classifiers import metrics
from classifiers.estimates import estimate
from classifiers.labels import Labels
from classifiers.metrics import Array, plain
from curate.model_card import Card

HALF = 500  # thousandths from which on a document counts as predicted positive
CURVE = range(10, 1001, 10)  # permille: points of the drawn curve
BARS = 20


def measured(card: Card, test: Labels, raw: Array, scores: Array) -> dict[str, Any]:
    y, weights = positive(card, test), test.table["weight"].to_numpy()
    return {
        "auc": estimate(metrics.auc_by_weights(y, scores), test.keys, card.seed),
        "average_precision": plain(metrics.average_precision(y, scores, metrics.whole(weights))),
        "weighted": bool((weights != weights[0]).any()),
        "by_yield": _rows(metrics.precision_recall_by_yield(y, scores, weights=weights)),
        "curve": _rows(metrics.precision_recall_by_yield(y, scores, CURVE, weights)),
        "share_positive": plain(float(weights[y].sum() / weights.sum())),
        "cuts": _cuts(card, y, scores, weights, test.keys),
        "calibration": calibration(y, raw, scores / 1000),
        "scores": {"positive": _bars(scores[y]), "negative": _bars(scores[~y])},
    }


def positive(card: Card, test: Labels) -> Array:
    """Which documents are of the positive class."""
    return test.classes == card.positive_index


def calibration(right: Array, before: Array, after: Array) -> dict[str, Any]:
    """Bins and error of a probability, as the model gives it and as it is written."""
    sides = {"before": np.asarray(before, np.float64), "after": np.asarray(after, np.float64)}
    return {
        side: {
            "error": plain(metrics.expected_calibration_error(right, p)),
            "bins": _rows(metrics.reliability(right, p)),
        }
        for side, p in sides.items()
    }


def _cuts(card: Card, y: Array, scores: Array, weights: Array, keys: Array) -> list[dict[str, Any]]:
    """The card's cuts by precision, which were chosen on validation, held to account on what is judged here."""
    rows = []
    for name, least in sorted(card.thresholds.get("precision", {}).items(), key=lambda item: float(item[0])):
        kept = weights * (scores >= least)
        right = kept * y
        low, high = _wider(right, kept, keys, card.seed)
        row = {"promised": float(name), "least": least / 1000, "kept": int((kept > 0).sum()), "low": low, "high": high}
        precision, recall = _ratio(right.sum(), kept.sum()), _ratio(right.sum(), (weights * y).sum())
        rows.append({**row, "precision": precision, "recall": recall})
    return _rows(rows)


def _wider(right: Array, kept: Array, keys: Array, seed: int) -> tuple[float, float]:
    """Interval of a precision: that of drawn keys, or Wilson's where it is wider, as where no error was seen; of as
    many documents as would know as much if all stood for as many (Kish 1965)."""
    drawn = metrics.interval(lambda times: _ratio((times * right).sum(), (times * kept).sum()), keys, seed)
    effective = _ratio(kept.sum() ** 2, (kept**2).sum())
    alone = (
        metrics.wilson(_ratio(right.sum(), kept.sum()) * effective, effective) if kept.any() else metrics.wilson(0, 0)
    )
    return float(np.fmin(drawn[0], alone[0])), float(np.fmax(drawn[1], alone[1]))


def _ratio(part: Any, whole: Any) -> float:
    return float(part / whole) if whole else float("nan")


def _bars(scores: Array) -> list[int]:
    """Documents in twenty ranges of score."""
    places = np.minimum(scores * BARS // 1000, BARS - 1)
    return np.bincount(places, minlength=BARS).tolist()


def _rows(rows: list[dict[str, float]]) -> list[dict[str, Any]]:
    return [{name: value if type(value) is int else plain(value) for name, value in row.items()} for row in rows]

"""How good scores are: order (AUC, average precision), cuts (precision and recall by yield), calibration, agreement.

Definitions are the usual ones, with ties as they ought to be: two documents of equal score are half in order (Fawcett
2006), and no cut passes between them. Sums are of whole numbers wherever the inputs are, so values agree on every
machine; `plain` rounds the rest for cards and pages.

Documents of one host resemble each other, and an interval that takes them for independent is far too narrow; `interval`
draws whole keys (the cluster bootstrap, Field & Welsh 2007).

`y` is 1 for positive documents. What is not defined (the AUC of one class alone) is nan here, and None after `plain`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import thresholds

RESAMPLES = 1000
MOST_PAIRS = 2.0**61  # of a positive and a negative document; twice as many, with room, is an int64
Array = NDArray[Any]


def auc(y: Array, score: Array, weights: Array | None = None) -> float:
    """The chance that a positive document scores above a negative one, a tie counting half."""
    return auc_by_weights(y, score)(np.ones(len(y), np.int64) if weights is None else np.asarray(weights))


def auc_by_weights(y: Array, score: Array) -> Callable[[Array], float]:
    """`auc` of many weights, with documents put in order but once: what `interval` draws."""
    y, score = _checked(y, score)
    order = np.argsort(score, kind="stable")
    starts = np.flatnonzero(np.diff(score[order], prepend=-np.inf) != 0)
    right = y[order]

    def found(weights: Array) -> float:
        if not len(right):
            return float("nan")
        each = weights[order]
        positive, negative = np.add.reduceat(each * right, starts), np.add.reduceat(each * ~right, starts)
        if float(positive.sum()) * float(negative.sum()) > MOST_PAIRS:
            positive, negative = positive.astype(np.float64), negative.astype(np.float64)
        pairs = positive.sum() * negative.sum()
        below = np.cumsum(negative) - negative
        return float((positive * (2 * below + negative)).sum() / (2 * pairs)) if pairs else float("nan")

    return found


def average_precision(y: Array, score: Array, weights: Array | None = None) -> float:
    """Precision at each distinct score, weighted by the recall that is gained there."""
    positive, negative = (counts[::-1] for counts in _by_score(y, score, weights))
    right, kept = np.cumsum(positive), np.cumsum(positive + negative)
    if not len(right) or not right[-1]:
        return float("nan")
    return float((positive * np.divide(right, kept, out=np.zeros(len(kept)), where=kept > 0)).sum() / right[-1])


def interval(
    statistic: Callable[[NDArray[np.int64]], float],
    keys: Sequence[Any] | Array,
    seed: int = 0,
    resamples: int = RESAMPLES,
    level: float = 0.95,
) -> tuple[float, float]:
    """Percentiles of `statistic(weights)`, weights being how often each row was drawn when keys are drawn anew.

    interval(auc_by_weights(y, score), keys) is that of an AUC. (nan, nan) for fewer than two keys, or where the
    statistic is undefined in more than half of the draws.
    """
    _, group = np.unique(np.asarray(keys, dtype=object), return_inverse=True)  # as str all are as wide as the longest
    many = int(group.max()) + 1 if len(group) else 0
    if many < 2:
        return float("nan"), float("nan")
    draws = np.random.Generator(np.random.PCG64(seed))
    drawn = (np.bincount(draws.integers(many, size=many), minlength=many)[group] for _ in range(resamples))
    found = [value for value in map(statistic, drawn) if value == value]
    if 2 * len(found) < resamples:
        return float("nan"), float("nan")
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def precision_recall_by_yield(
    y: Array, score: Array, yields: Sequence[int] = thresholds.YIELDS, weights: Array | None = None
) -> list[dict[str, float]]:
    """Of each yield in permille: what the nearest cut keeps, how much of it is positive, and of all positives.

    With weights (to a millionth) these are shares of the corpus that the documents stand for; `kept` counts documents.
    """
    values, each = np.unique(score), None if weights is None else whole(weights)
    positive, negative = _by_score(y, score, each)
    documents = np.add(*_by_score(y, score, None))
    rows = []
    for permille in yields:
        least = thresholds.cut(positive + negative, permille)
        right, kept = int(positive[least:].sum()), int((positive + negative)[least:].sum())
        if kept:
            recall = right / int(positive.sum()) if positive.sum() else float("nan")
            of_all = {"yield": permille / 1000, "least": float(values[least]), "kept": int(documents[least:].sum())}
            rows.append({**of_all, "precision": right / kept, "recall": recall})
    return rows


def reliability(y: Array, p: Array, bins: int = 10) -> list[dict[str, float]]:
    """Of each range of probability that occurs: documents, their mean probability, the share that is positive."""
    y, p = np.asarray(y) == 1, np.asarray(p, np.float64)
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    rows = []
    for bin in np.unique(place).tolist():
        here = place == bin
        means = {"probability": float(p[here].mean()), "positive": float(y[here].mean())}
        rows.append({"from": bin / bins, "to": (bin + 1) / bins, "n": int(here.sum()), **means})
    return rows


def expected_calibration_error(y: Array, p: Array, bins: int = 10) -> float:
    """How far probability and share of positives lie apart, averaged over documents (Naeini et al. 2015)."""
    rows = reliability(y, p, bins)
    return sum(row["n"] * abs(row["probability"] - row["positive"]) for row in rows) / len(y) if rows else float("nan")


def confusion(y: Array, predicted: Array, classes: int) -> NDArray[np.int64]:
    """[truth, prediction]: documents."""
    pairs = np.asarray(y, np.int64) * classes + np.asarray(predicted, np.int64)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def accuracy(matrix: NDArray[np.int64]) -> float:
    """Share of a confusion matrix on its diagonal."""
    return float(np.trace(matrix) / matrix.sum()) if matrix.sum() else float("nan")


def f1_by_class(matrix: NDArray[np.int64]) -> list[float]:
    """Of each class of a confusion matrix; nan for one that is neither true nor predicted anywhere."""
    both = matrix.sum(axis=0) + matrix.sum(axis=1)
    return [float(2 * right / all) if all else float("nan") for right, all in zip(np.diag(matrix), both, strict=True)]


def macro_f1(matrix: NDArray[np.int64]) -> float:
    """The mean over classes, each counting the same."""
    known = [value for value in f1_by_class(matrix) if value == value]
    return sum(known) / len(known) if known else float("nan")


def wilson(right: float, of: float) -> tuple[float, float]:
    """95 % interval of a share of independent things (Wilson 1927), which may be an effective number; (nan, nan) of
    none."""
    if not of:
        return float("nan"), float("nan")
    z, share = 1.959964, right / of
    middle, half = share + z * z / (2 * of), z * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    low, high = ((middle + side) / (1 + z * z / of) for side in (-half, half))
    return (low if right else 0.0), (high if right < of else 1.0)


def cohen_kappa(a: Array, b: Array, classes: int, weights: str | None = None) -> float:
    """Agreement beyond chance (Cohen 1960); "quadratic" counts a miss by two points of a scale four times one by one.

    `a` and `b` hold numbers of classes, in the scale's order. nan where both give one and the same answer throughout.
    """
    if weights not in (None, "quadratic"):
        raise ValueError(f"weights: {weights!r} is not known; None or 'quadratic'")
    seen = confusion(a, b, classes)
    apart = np.subtract.outer(np.arange(classes), np.arange(classes))
    cost = apart**2 if weights else (apart != 0).astype(np.int64)
    by_chance = int((cost * np.outer(seen.sum(axis=1), seen.sum(axis=0))).sum())
    return 1 - int((cost * seen).sum()) * int(seen.sum()) / by_chance if by_chance else float("nan")


def whole(weights: Array) -> NDArray[np.int64]:
    """Weights in millionths, whose sums do not depend on order."""
    return np.rint(np.asarray(weights) * 1e6).astype(np.int64)


def plain(value: float) -> float | None:
    """For JSON: six decimals, and None for what is not defined."""
    return round(float(value), 6) if value == value else None


def _by_score(y: Array, score: Array, weights: Array | None) -> tuple[Array, Array]:
    """Positives and negatives at each distinct score, the lowest first: whole numbers where weights are."""
    y, score = _checked(y, score)
    each = np.ones(len(y), np.int64) if weights is None else np.asarray(weights)
    _, group = np.unique(score, return_inverse=True)
    positive, negative = np.zeros((2, int(group.max()) + 1 if len(group) else 0), each.dtype)
    np.add.at(positive, group[y], each[y])
    np.add.at(negative, group[~y], each[~y])
    return positive, negative


def _checked(y: Array, score: Array) -> tuple[Array, Array]:
    y, score = np.asarray(y) == 1, np.asarray(score)
    if len(y) != len(score) or np.isnan(score).any():
        raise ValueError(f"{len(y):,} answers for {len(score):,} scores: there must be one for each, and none nan")
    return y, score

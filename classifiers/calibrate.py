"""Calibration: of documents scored 0.8, eight in ten shall be positive (Guo et al. 2017, arXiv:1706.04599).

Binary: isotonic regression on the validation split (Zadrozny & Elkan 2002), kept as few points and interpolated between
the centres of its blocks ("centred isotonic regression", Oron & Flournoy 2017). Steps would make thousands of documents
equal, and a cut by yield impossible; between centres the curve rises strictly, so the order of documents, and with it
the AUC, is what it was. So that it rises strictly at both ends too, targets are Platt's (1999), 1/(N + 2) and
(P + 1)/(P + 2), and the curve goes on to (0, 0) and (1, 1).

Several classes: one temperature, the best in log likelihood, which changes no document's best class.

A calibration is a few numbers in the model's card, rounded so that its bytes agree on every machine.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_KNOTS = 64
COOLEST, HOTTEST = 0.05, 20.0
SMALLEST = 1e-30  # a probability of 0 has no logarithm


def isotonic(y: NDArray[np.integer], p: NDArray[np.floating]) -> dict[str, Any]:
    """{"kind": "isotonic", "x": [...], "y": [...]}: from a model's probability to a calibrated one."""
    from scipy.optimize import isotonic_regression

    y, p = np.asarray(y) == 1, _probabilities(p)
    if len(y) != len(p) or not len(y):
        raise ValueError(f"calibration: {len(y):,} answers for {len(p):,} probabilities; it needs one of each, or more")
    values, group = np.unique(p, return_inverse=True)
    many, right = np.bincount(group), np.bincount(group[y], minlength=len(values))
    starts = isotonic_regression(right / many, weights=many).blocks[:-1]
    starts = _few(starts, many)
    x, rate = _centres(values, many, right, starts)
    low, high = 1 / (int((~y).sum()) + 2), 1 - 1 / (int(y.sum()) + 2)
    return {"kind": "isotonic", **_rising(x, [low + (high - low) * r for r in rate])}


def temperature(y: NDArray[np.integer], logits: NDArray[np.floating]) -> dict[str, Any]:
    """{"kind": "temperature", "temperature": 1.3}; `logits` [n, classes] may be logarithms of probabilities."""
    from scipy.optimize import minimize_scalar

    y, logits = np.asarray(y), np.asarray(logits, np.float64)
    if logits.ndim != 2 or len(y) != len(logits) or not len(y):
        raise ValueError("calibration: temperature needs one row of logits for each answer, and at least one")

    def loss(log_temperature: float) -> float:
        scaled = logits / math.exp(log_temperature)
        scaled -= scaled.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(y)), y]))

    found = minimize_scalar(
        loss, bounds=(math.log(COOLEST), math.log(HOTTEST)), method="bounded", options={"xatol": 1e-6}
    )
    return {"kind": "temperature", "temperature": round(math.exp(float(found.x)), 4)}


def apply(calibration: dict[str, Any] | None, p: NDArray[np.floating]) -> NDArray[np.float64]:
    """Calibrated probabilities: of the positive class where `p` is [n], of all where it is [n, classes]."""
    p = _probabilities(p)
    if calibration is None:
        return p
    if calibration.get("kind") == "isotonic" and p.ndim == 1:
        return np.interp(p, calibration["x"], calibration["y"])
    if calibration.get("kind") == "temperature":
        return _cooled(p, float(calibration["temperature"]))
    raise ValueError(f"calibration: {calibration.get('kind')!r} is not known for {p.ndim}-dimensional probabilities")


def thousandths(p: NDArray[np.floating]) -> NDArray[np.int32]:
    """0 to 1000, halves to the even one: what is written, compared and counted."""
    return np.rint(_probabilities(p) * 1000).astype(np.int32)


def _cooled(p: NDArray[np.float64], degrees: float) -> NDArray[np.float64]:
    every = np.stack([1 - p, p], axis=1) if p.ndim == 1 else p
    scaled = np.log(np.maximum(every, SMALLEST)) / degrees
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True, initial=-np.inf))
    shares = powers / powers.sum(axis=1, keepdims=True)
    return shares[:, 1] if p.ndim == 1 else shares


def _few(starts: NDArray[np.integer], many: NDArray[np.integer]) -> NDArray[np.integer]:
    """Blocks joined with their neighbours until there are few, of about as many documents each."""
    if len(starts) <= MOST_KNOTS:
        return starts
    before = np.concatenate([[0], np.cumsum(many)])[starts]
    share = before * MOST_KNOTS // int(many.sum())
    return starts[np.concatenate([[True], share[1:] != share[:-1]])]


def _centres(
    values: NDArray[np.float64], many: NDArray[np.integer], right: NDArray[np.integer], starts: NDArray[np.integer]
) -> tuple[list[float], list[float]]:
    """Of each block the mean probability and the share of positives; exactly rounded sums, the same everywhere."""
    ends = [*starts[1:].tolist(), len(values)]
    x, rate = [], []
    for start, end in zip(starts.tolist(), ends, strict=True):
        documents = int(many[start:end].sum())
        x.append(math.fsum((values[start:end] * many[start:end]).tolist()) / documents)
        rate.append(int(right[start:end].sum()) / documents)
    return x, rate


def _rising(x: list[float], y: list[float]) -> dict[str, list[float]]:
    """Points rounded, ends added, and those left out that rounding made equal to the one before."""
    points = [(round(a, 12), round(b, 6)) for a, b in zip(x, y, strict=True)]
    kept = [(0.0, 0.0)] if points[0][0] > 0 else []
    for point in points:
        if not kept or (point[0] > kept[-1][0] and point[1] > kept[-1][1]):
            kept.append(point)
    if kept[-1][0] < 1 and kept[-1][1] < 1:
        kept.append((1.0, 1.0))
    return {"x": [point[0] for point in kept], "y": [point[1] for point in kept]}


def _probabilities(p: NDArray[np.floating]) -> NDArray[np.float64]:
    p = np.asarray(p, np.float64)
    if np.isnan(p).any():
        raise ValueError("a model gave a probability that is no number; build or get the model again")
    return np.clip(p, 0.0, 1.0)

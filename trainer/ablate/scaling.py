"""Scaling laws: bits per byte from parameters N and tokens D, fitted, and checked on a size the fit has not seen.

L(N, D) = E + A / N^a + B / D^b (Hoffmann et al. 2022, approach 3), fitted as they do: Huber's loss (delta 1e-3) on the
difference of logarithms, from a grid of starting points, the least one taken. Their five numbers need points that vary
both ways; where only one of the two varies its own law is fitted (E + A / N^a or E + B / D^b), and with fewer than
four values of it a power without floor (E = 0), which is all that the points can tell.

Minimised by damped Gauss-Newton steps with Huber's weights (iteratively reweighted least squares): no scipy needed,
a fit takes a few milliseconds a start.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

DELTA = 1e-3
STEPS = 200


@dataclass(frozen=True)
class Law:
    """`floor` + sum of scale / x^exponent over the terms; x is "N" or "D"."""

    floor: float
    terms: tuple[tuple[str, float, float], ...]  # (x, scale, exponent)
    points: int
    error: float  # root mean square of ln(predicted / measured) over the points fitted

    def predict(self, n: float | np.ndarray, d: float | np.ndarray) -> np.ndarray:
        x = {"N": np.asarray(n, float), "D": np.asarray(d, float)}
        return np.asarray(self.floor + sum(scale * x[name] ** -exponent for name, scale, exponent in self.terms))

    def __str__(self) -> str:
        said = [f"{self.floor:.3f}"] if self.floor else []
        return " + ".join(said + [f"{scale:.4g} / {name}^{exponent:.3f}" for name, scale, exponent in self.terms])


def fit(n: np.ndarray, d: np.ndarray, loss: np.ndarray, near: Law | None = None) -> Law | None:
    """The law that the points allow; None where neither N nor D varies. With `near`, one of the same points and nearly
    the same losses, it is looked for from there alone."""
    n, d, loss = (np.asarray(values, float) for values in (n, d, loss))
    x = {"N": n, "D": d}
    kinds = {name: len(np.unique(values)) for name, values in x.items()}
    names = [name for name in ("N", "D") if kinds[name] > 1]
    if not names:
        return None
    needed = 2 * len(names) + 1
    floor = len(loss) >= needed and (len(names) == 2 or kinds[names[0]] >= 4)
    if len(loss) < 2 * len(names):
        names = [max(names, key=lambda name: kinds[name])]
    logs = np.stack([np.log(x[name]) for name in names])
    best, least = None, np.inf
    for start in _starts(logs, loss, floor) if near is None else [_theta(near)]:
        found, value = _minimise(start, logs, np.log(loss), floor)
        if value < least:
            best, least = found, value
    assert best is not None
    return _law(best, names, logs, loss, floor)


def _law(theta: np.ndarray, names: list[str], logs: np.ndarray, loss: np.ndarray, floor: bool) -> Law:
    k = len(names)
    terms = tuple((name, float(np.exp(theta[i])), float(theta[k + i])) for i, name in enumerate(names))
    error = float(np.sqrt(np.mean((_predicted(theta, logs, floor)[0] - np.log(loss)) ** 2)))
    return Law(float(np.exp(theta[-1])) if floor else 0.0, terms, len(loss), error)


def _theta(law: Law) -> np.ndarray:
    scales, exponents = [np.log(scale) for _, scale, _ in law.terms], [exponent for _, _, exponent in law.terms]
    return np.array([*scales, *exponents, *([np.log(law.floor)] if law.floor else [])])


def _starts(logs: np.ndarray, loss: np.ndarray, floor: bool) -> list[np.ndarray]:
    """Exponents of a grid; scales that put the terms' share of the mean loss at the points' middle."""
    k, middle = len(logs), logs.mean(1)
    starts = []
    for exponents in itertools.product((0.1, 0.3, 0.6), repeat=k):
        for kept in (0.2, 0.6, 0.9) if floor else (0.0,):
            part = loss.mean() * (1 - kept) / k
            scales = np.log(part) + np.array(exponents) * middle
            starts.append(np.concatenate([scales, exponents, [np.log(loss.min() * kept)] if floor else []]))
    return starts


def _predicted(theta: np.ndarray, logs: np.ndarray, floor: bool) -> tuple[np.ndarray, np.ndarray]:
    """(ln L [points], its derivatives [points, parameters]); theta = ln scales, exponents, ln floor."""
    k = len(logs)
    parts = [theta[i] - theta[k + i] * logs[i] for i in range(k)]
    if floor:
        parts.append(np.full(logs.shape[1], theta[-1]))
    stacked = np.stack(parts)
    top = stacked.max(0)
    total = top + np.log(np.exp(stacked - top).sum(0))
    shares = np.exp(stacked - total)
    columns = [*shares[:k], *(-shares[i] * logs[i] for i in range(k)), *shares[k:]]
    return total, np.stack(columns, 1)


def _huber(residual: np.ndarray) -> float:
    size = np.abs(residual)
    return float(np.where(size <= DELTA, size**2 / 2, DELTA * (size - DELTA / 2)).sum())


def _minimise(theta: np.ndarray, logs: np.ndarray, target: np.ndarray, floor: bool) -> tuple[np.ndarray, float]:
    damping = 1e-2
    said, slopes = _predicted(theta, logs, floor)
    value = _huber(said - target)
    for _ in range(STEPS):
        weights = DELTA / np.maximum(np.abs(said - target), DELTA)
        normal = slopes.T @ (weights[:, None] * slopes)
        gradient = slopes.T @ (weights * (said - target))
        step = np.linalg.solve(normal + damping * (np.diag(np.diag(normal)) + 1e-12 * np.eye(len(theta))), -gradient)
        tried = theta + np.clip(step, -2, 2)
        tried_said, tried_slopes = _predicted(tried, logs, floor)
        reached = _huber(tried_said - target)
        if not np.isfinite(reached) or reached >= value:
            damping *= 4
            if damping > 1e12:
                break
            continue
        done = value - reached <= 1e-9 * value or reached < 1e-24
        theta, said, slopes, value, damping = tried, tried_said, tried_slopes, reached, max(damping / 3, 1e-12)
        if done:
            break
    return theta, value

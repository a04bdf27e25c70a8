"""A search over mixes: sampled shares, what small proxies made of them, a regression, the mix that it finds best.

RegMix (Liu et al. 2024): mixes are drawn from a Dirichlet distribution around the natural one, a small model is trained
on each, a regression predicts the held-out loss from the shares, and the best of many simulated mixes is taken (the
mean of the best hundred, which is steadier than the single best). They fit trees on hundreds of proxies; here there
are a dozen, and the regression is ridge on the logarithms of shares, none taken as less than 1 %: a loss falls about
as a power of what a category has. Of 24 made-up laws of three kinds over four categories (exponential in shares as in
Ye et al. 2024, powers, logarithms) with 12 mixes it found 78 % of what the best mix gains over the natural one; the
best mix tried gave 53 %, shares with squares and products 50 %, logarithms beside them 71 % (tests/trainer/ablate).
How well it predicts mixes it was not fitted on (leave one out) is reported beside the answer.

A category can't be repeated without end: shares are cut where a category would be seen more than `most_epochs` times
(Muennighoff et al. 2023: up to 4 epochs are almost as good as new text).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIMULATED = 10_000
BEST = 100
LEAST_SHARE = 1e-4
LEAST_TOLD = 1e-2  # below it a logarithm says more than a corpus
PENALTIES = tuple(10.0**power for power in range(-6, 3))


def sampled(natural: np.ndarray, n: int, seed: int, most: np.ndarray | None = None) -> np.ndarray:
    """float64[n, categories] around `natural`, wider and narrower in turn; none above `most`."""
    random = np.random.default_rng(seed)
    natural = np.maximum(natural, 0.02) / np.maximum(natural, 0.02).sum()  # so that rare categories are tried as well
    strengths = np.array([2.0, 5.0, 15.0]) * len(natural) / 2
    drawn = np.empty((n, len(natural)))
    for at, strength in enumerate(strengths):
        drawn[at::3] = random.dirichlet(natural * strength, len(drawn[at::3]))
    return within(drawn, most)


def within(shares: np.ndarray, most: np.ndarray | None) -> np.ndarray:
    """Rows that sum to 1, no share above `most` (where that is possible): what is cut goes to the others."""
    shares = np.maximum(shares, LEAST_SHARE)
    shares = shares / shares.sum(-1, keepdims=True)
    if most is None or most.sum() <= 1:
        return shares
    for _ in range(len(most)):
        over = shares >= most
        free = np.where(over, 0, shares)
        left = 1 - np.where(over, most, 0).sum(-1, keepdims=True)
        total = free.sum(-1, keepdims=True)
        shares = np.where(over, most, free * left / np.maximum(total, 1e-12))
    return shares


@dataclass(frozen=True)
class Regression:
    """Of the loss on shares."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    level: float
    penalty: float
    left_out: np.ndarray  # what it predicts of each mix when fitted on all others

    def predict(self, shares: np.ndarray) -> np.ndarray:
        return self.level + ((features(shares) - self.mean) / self.scale) @ self.weights


def features(shares: np.ndarray) -> np.ndarray:
    """Logarithms of shares."""
    return np.log(np.maximum(shares, LEAST_TOLD))


def fit(shares: np.ndarray, losses: np.ndarray) -> Regression:
    """Ridge; its penalty is the one that predicts left-out mixes best."""
    best: Regression | None = None
    x = features(shares)
    mean, scale = x.mean(0), np.maximum(x.std(0), 1e-9)
    z = (x - mean) / scale
    level = float(losses.mean())
    for penalty in PENALTIES:
        made = _ridge(z, losses, penalty)
        left_out = _left_out(z, losses, penalty)
        found = Regression(mean, scale, made, level, penalty, left_out)
        if best is None or _squares(found, losses) < _squares(best, losses):
            best = found
    assert best is not None
    return best


def best(regression: Regression, natural: np.ndarray, seed: int, most: np.ndarray | None = None) -> np.ndarray:
    """The mean of the best simulated mixes."""
    tried = sampled(natural, SIMULATED, seed + 1, most)
    order = np.argsort(regression.predict(tried), kind="stable")
    return within(tried[order[:BEST]].mean(0), most)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's, without ties."""
    first, second = (np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (a, b))
    return float(np.corrcoef(first, second)[0, 1]) if len(a) > 2 else float("nan")


def explained(regression: Regression, losses: np.ndarray) -> float:
    """R^2 of the left-out predictions: 1 is exact, 0 no better than the mean, below 0 worse."""
    spread = float(((losses - losses.mean()) ** 2).sum())
    return 1 - _squares(regression, losses) / spread if spread else float("nan")


def _squares(regression: Regression, losses: np.ndarray) -> float:
    return float(((regression.left_out - losses) ** 2).sum())


def _ridge(z: np.ndarray, losses: np.ndarray, penalty: float) -> np.ndarray:
    return np.linalg.solve(z.T @ z + penalty * len(z) * np.eye(z.shape[1]), z.T @ (losses - losses.mean()))


def _left_out(z: np.ndarray, losses: np.ndarray, penalty: float) -> np.ndarray:
    made = np.empty(len(losses))
    for at in range(len(losses)):
        rest = np.arange(len(losses)) != at
        made[at] = losses[rest].mean() + (z[at] - z[rest].mean(0)) @ _ridge(
            z[rest] - z[rest].mean(0), losses[rest], penalty
        )
    return made

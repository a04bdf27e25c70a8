"""Scaling laws of each arm: fitted without the largest size (or budget), then held against what that one measured.

A law that predicts the next size is the reason to trust proxies at all; one that misses says how far. The interval
refits with seeds drawn anew (200 times), so it holds chance by the seed and not what is wrong with the law.
N counts the blocks' parameters, as Kaplan et al. (2020) do: with the small vocabularies of proxies the embedding would
be most of the model, and what it adds does not grow with depth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trainer.ablate import compare, scaling
from trainer.ablate.held_out import HeldOut
from trainer.ablate.plan import Plan

if TYPE_CHECKING:
    from trainer.ablate.ablate import Made

DRAWS = 200
LEAST = 3  # points that are fitted


def of(asked: Plan, made: Made, held: HeldOut) -> list[dict[str, Any]]:
    """One entry an arm, where the axes leave enough points."""
    found = []
    for arm in asked.arms:
        cells = [cell for cell in asked.cells if cell.unique == asked.unique[0]]
        n = np.array([made[cell, arm.name][0].said["of_blocks"] for cell in cells], float)
        d = np.array([made[cell, arm.name][0].said["tokens"] for cell in cells], float)
        values = np.array(
            [[compare.bits_per_byte(one.bits, held.sizes) for one in made[cell, arm.name]] for cell in cells]
        )
        if (said := checked(n, d, values)) is not None:
            found.append({"arm": arm.name, **said})
    return found


def checked(n: np.ndarray, d: np.ndarray, values: np.ndarray, seed: int = 0) -> dict[str, Any] | None:
    """values [points, seeds]. The largest size is kept from the fit; where there is but one, the largest budget."""
    axis = n if len(np.unique(n)) > 1 else d
    last = axis == axis.max()
    if (~last).sum() < LEAST or last.all():
        return None
    law = scaling.fit(n[~last], d[~last], values[~last].mean(1))
    if law is None:
        return None
    random, drawn = np.random.default_rng(seed), []
    for _ in range(DRAWS if values.shape[1] > 1 else 0):
        chosen = random.integers(values.shape[1], size=values.shape)
        again = scaling.fit(n[~last], d[~last], np.take_along_axis(values, chosen, 1)[~last].mean(1), law)
        assert again is not None
        drawn.append(again.predict(n[last], d[last]))
    ends = np.quantile(np.array(drawn), (0.025, 0.975), axis=0) if drawn else None
    return {
        "law": str(law),
        "floor": law.floor,
        "terms": [list(term) for term in law.terms],
        "fit_error": law.error,
        "fitted": [_point(*one) for one in zip(n[~last], d[~last], values[~last].mean(1), strict=True)],
        "checked": [
            {
                **_point(n[at], d[at], values[at].mean()),
                "predicted": float(law.predict(n[at], d[at])),
                "low": None if ends is None else float(ends[0][i]),
                "high": None if ends is None else float(ends[1][i]),
                "error": float(law.predict(n[at], d[at]) / values[at].mean() - 1),
            }
            for i, at in enumerate(np.flatnonzero(last))
        ],
    }


def _point(n: float, d: float, measured: float) -> dict[str, float]:
    return {"parameters": float(n), "tokens": float(d), "measured": float(measured)}

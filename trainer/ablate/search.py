"""The search over mixes as training runs: sampled mixes on the small proxy, the regression, the best one verified.

The objective is bits per byte of the held-out text, averaged over its categories with equal weight (ours: a mix is
sought for all kinds of text, not for whichever is held out most). Proxies run with one seed; the mix that the
regression finds, and the natural one, run with all seeds of the plan, and the difference is told with its doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from trainer.ablate import compare, corpora, mixes, plan, runs
from trainer.ablate.held_out import HeldOut
from trainer.ablate.plan import Arm, Cell, Plan
from trainer.errors import TrainingError

MOST_EPOCHS = 4.0
LEAST_MIXES = 6


def search(
    base: Arm, asked: Plan, cell: Cell, n: int, held: HeldOut, folder: Path, say: Callable[[str], None]
) -> dict[str, Any]:
    """Of the categories of `base`'s corpora; TrainingError where there is nothing to choose from."""
    names, rows = check(base, asked.length, n)
    natural = rows / rows.sum()
    most = MOST_EPOCHS * rows / (cell.tokens / asked.length)
    tried = np.concatenate([natural[None], mixes.sampled(natural, n - 1, seed=0, most=most)])
    losses = []
    for at, shares in enumerate(tried):
        say(f"mix {at + 1} of {n}: {told(names, shares)}")
        arm = Arm(f"mix {at + 1}", base.corpora, "natural" if not at else _mix(names, shares))
        losses.append(objective(runs.run(plan.of(arm, cell, 0, asked), held, folder).bits[None], held)[0])
    known = np.array(losses)
    regression = mixes.fit(tried, known)
    best = mixes.best(regression, natural, 0, most)
    return {
        "cell": cell.name,
        "categories": names,
        "natural": natural.tolist(),
        "tried": [
            {"shares": shares.tolist(), "measured": float(loss), "left_out": float(said)}
            for shares, loss, said in zip(tried, known, regression.left_out, strict=True)
        ],
        "penalty": regression.penalty,
        "explained": mixes.explained(regression, known),
        "ranks": mixes.rank_correlation(regression.left_out, known),
        "best": best.tolist(),
        "predicted": {
            "best": float(regression.predict(best[None])[0]),
            "natural": float(regression.predict(natural[None])[0]),
        },
        "verified": _verified(base, asked, cell, names, best, held, folder, say),
    }


def objective(bits: np.ndarray, held: HeldOut) -> np.ndarray:
    """bits [seeds, documents] -> bits per byte [seeds], each category counted alike."""
    kinds = sorted(set(held.categories.tolist()))
    masks = [held.categories == kind for kind in kinds]
    return np.mean([compare.bits_per_byte(bits[:, mask], held.sizes[mask]) for mask in masks], 0)


def told(names: list[str], shares: np.ndarray) -> str:
    return ", ".join(f"{name} {share:.1%}" for name, share in zip(names, shares, strict=True))


def _verified(
    base: Arm, asked: Plan, cell: Cell, names: list[str], best: np.ndarray, held: HeldOut, folder: Path,
    say: Callable[[str], None],
) -> dict[str, Any]:  # fmt: skip
    arms = (Arm("natural mix", base.corpora), Arm("best mix", base.corpora, _mix(names, best)))
    bits = {}
    for arm in arms:
        say(f"{arm.name}: {asked.seeds} seeds")
        found = [runs.run(plan.of(arm, cell, seed, asked), held, folder) for seed in range(asked.seeds)]
        bits[arm.name] = np.stack([one.bits for one in found])
    measured = {name: objective(values, held) for name, values in bits.items()}
    by_seed = measured["best mix"] - measured["natural mix"]
    low, high = compare.t_interval(by_seed)
    return {
        **{name: {"value": float(values.mean()), "by_seed": values.tolist()} for name, values in measured.items()},
        "difference": {"value": float(by_seed.mean()), "low": low, "high": high},
        "groups": {
            name: compare.difference(
                bits["natural mix"][:, mask], bits["best mix"][:, mask], held.sizes[mask], held.keys[mask]
            ).plain()
            for name, mask in held.groups().items()
        },
    }


def _categories(base: Arm, length: int) -> tuple[list[str], np.ndarray]:
    found: dict[str, int] = {}
    for stream, rows in corpora.rows(base.corpora, length).items():
        category = stream.rsplit("/", 1)[-1]
        found[category] = found.get(category, 0) + rows
    names = [name for name in sorted(found) if found[name]]
    return names, np.array([found[name] for name in names], float)


def check(base: Arm, length: int, n: int) -> tuple[list[str], np.ndarray]:
    """Categories and their rows; TrainingError where no mix can be sought."""
    names, rows = _categories(base, length)
    if len(names) < 2:
        raise TrainingError(f"search: {base.name} has the category {names[0]} alone, so there is no mix to choose")
    if n < LEAST_MIXES:
        raise TrainingError(f"search: {n} mixes are too few for a regression; try {LEAST_MIXES} or more")
    return names, rows


def _mix(names: list[str], shares: np.ndarray) -> dict[str, float]:
    return {name: round(float(share), 6) for name, share in zip(names, shares, strict=True)}

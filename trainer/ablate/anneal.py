"""The annealing probe: is a small new corpus worth its place in the mix? (Grattafiori et al. 2024, 3.1.3)

A base model is trained at a constant rate on the base arm; from its last checkpoint two runs go on with the rate
falling linearly to zero, one on the base mix alone, one with 30 % of the new corpus, everything else alike. Their
difference says what the new corpus gives, at the cost of two short runs and not of a run of its own; the authors give
40 B tokens to it, from the middle of an 8B model's training. What it can't say: whether a gain lasts in training longer
than the probe, which repeats a small corpus.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from trainer.ablate import compare, corpora, plan, runs
from trainer.ablate.held_out import HeldOut
from trainer.ablate.plan import Arm, Cell, Plan
from trainer.errors import TrainingError

NEW = 0.3
PART = 4  # the probe has a quarter of the base run's tokens where nothing is said


def probe(
    base: Arm, new: Arm, asked: Plan, cell: Cell, tokens: int | None, held: HeldOut, folder: Path,
    say: Callable[[str], None],
) -> dict[str, Any]:  # fmt: skip
    """Two probes a seed, from one base run a seed."""
    tokens = tokens or max(asked.length, cell.tokens // PART)
    both = arms(base, new)
    bits: dict[str, list[np.ndarray]] = {name: [] for name in both}
    before = []
    for seed in range(asked.seeds):
        say(f"base run, seed {seed}")
        trained = runs.run(_base_run(base, asked, cell, seed), held, folder, keep=True)
        before.append(trained.bits)
        for name, arm in both.items():
            say(f"annealing on {name}, seed {seed}")
            recipe = _probe_run(arm, asked, cell, tokens, seed, trained.checkpoint)
            bits[name].append(runs.run(recipe, held, folder).bits)
    a, b = (np.stack(bits[name]) for name in both)
    return {
        "cell": cell.name,
        "base": base.name,
        "new": new.name,
        "share": NEW,
        "tokens": tokens,
        "epochs_of_new": NEW * tokens / max(1, sum(corpora.rows(new.corpora, asked.length).values()) * asked.length),
        "before": float(compare.bits_per_byte(np.stack(before), held.sizes).mean()),
        "groups": {
            name: {
                "documents": int(mask.sum()),
                "base": float(compare.bits_per_byte(a[:, mask], held.sizes[mask]).mean()),
                "with_new": float(compare.bits_per_byte(b[:, mask], held.sizes[mask]).mean()),
                "difference": compare.difference(
                    a[:, mask], b[:, mask], held.sizes[mask], held.keys[mask]
                ).plain(),
            }
            for name, mask in held.groups().items()
        },
    }  # fmt: skip


def arms(base: Arm, new: Arm) -> dict[str, Arm]:
    """The base mix alone, and with the new corpus; TrainingError where they can't be told apart."""
    if len(base.corpora) != 1 or len(new.corpora) != 1:
        raise TrainingError("anneal: base and new are one corpus each; make one of several with `curate run`")
    (old, old_path), (fresh, fresh_path) = *base.corpora.items(), *new.corpora.items()
    if old == fresh:
        raise TrainingError(f"anneal: base and new are both called {old}; copy or link one under another name")
    both = {old: old_path, fresh: fresh_path}
    return {
        "base mix": Arm("anneal base", both, {old: 1.0}),
        f"{NEW:.0%} new": Arm("anneal new", both, {old: 1 - NEW, fresh: NEW}),
    }


def _base_run(base: Arm, asked: Plan, cell: Cell, seed: int) -> Any:
    changes = {"rate.shape": "constant", **asked.changes}
    return plan.main(Arm(f"{base.name} base", base.corpora, base.mix), cell, seed, asked.length, changes)


def _probe_run(arm: Arm, asked: Plan, cell: Cell, tokens: int, seed: int, checkpoint: Path) -> Any:
    batch = plan.batch_of(cell.tokens, asked.length)
    stage = {"tokens": tokens, "length": asked.length, "batch": batch, "mix": arm.mix, "anneal": True}
    rate = {"peak": plan.peak(cell.size), "warmup": 0, "shape": "constant"}
    name, model = f"{arm.name} {cell.name} {seed}", plan.size(cell.size)
    # The base run saw this seed's order already: another one, lest the probe begin with the same rows.
    changes = {key: value for key, value in asked.changes.items() if not key.startswith("rate.")}
    return plan.made(name, arm, model, seed + 1_000_003, stage, rate, changes, init=str(checkpoint))

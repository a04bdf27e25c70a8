"""An ablation from plan to page: every arm at every point of the axes with every seed, then what can be said of it.

Runs go one after another on the device there is, cheapest first, so that a first answer is early; each is kept as it
ends (`trainer.ablate.runs`), and a later call with more seeds, sizes or arms trains only what is new. Order matters to
time alone: results are the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trainer import atomic
from trainer.ablate import anneal, baselines, compare, corpora, held_out, laws, page, plan, runs
from trainer.ablate import search as searching
from trainer.ablate.held_out import HeldOut
from trainer.ablate.plan import Arm, Cell, Plan
from trainer.data.mix import weights
from trainer.data.shards import open_corpora
from trainer.errors import TrainingError

RESULTS = "results.json"


@dataclass(frozen=True)
class Asked:
    """Besides the comparison: `search` mixes of the last arm, and an annealing probe of a new corpus on the first."""

    search: int = 0
    anneal: Arm | None = None
    anneal_tokens: int | None = None


def ablate(
    asked: Plan, held_folder: str | Path, out: Path, more: Asked | None = None, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Train what is missing, write `results.json` and `index.html` into `out`, and return the results."""
    more = more or Asked()
    held = held_out.read(held_folder, asked.length)
    size = _check(asked, more, held)
    if more.search:
        searching.check(asked.arms[-1], asked.length, more.search)
    if more.anneal:
        anneal.arms(asked.arms[0], more.anneal)
    folder = out / "runs"
    parts = {cell.unique: _parts(asked, cell.unique, out) for cell in asked.cells}
    made = _trained(asked, parts, held, folder, say)
    results: dict[str, Any] = {
        "plan": {**asdict(asked), "arms": [asdict(arm) for arm in asked.arms]},
        "held_out": {**held.card, "documents": held.documents, "bytes": int(held.sizes.sum())},
        "arms": [_about(arm, asked, parts) for arm in asked.arms],
        "points": _points(asked, made, held),
        "comparisons": _comparisons(asked, made, held),
        "baselines": _baselines(asked, held, size),
        "laws": laws.of(asked, made, held),
    }
    cell = asked.cells[0]
    if more.search:
        results["search"] = searching.search(asked.arms[-1], asked, cell, more.search, held, folder, say)
    if more.anneal:
        results["anneal"] = anneal.probe(
            asked.arms[0], more.anneal, asked, cell, more.anneal_tokens, held, folder, say
        )  # fmt: skip
    _write(out, results)
    return results


def _check(asked: Plan, more: Asked, held: HeldOut) -> int:
    """One vocabulary for all; its size. Whatever is wrong with shards or mixes is told before the first run."""
    for arm in [*asked.arms, *([more.anneal] if more.anneal else [])]:
        shards = open_corpora(arm.corpora, asked.length)
        if not isinstance(arm.mix, str):
            weights(arm.mix, shards.rows, arm.name)
        if shards.vocabulary.digest != held.vocabulary:
            raise TrainingError(
                f"{arm.name}: its tokens have the vocabulary {shards.vocabulary.digest[:12]}, the held-out text "
                f"{held.vocabulary[:12]}; remove {held.folder}, or run the recipes with one tokenizer"
            )
    return shards.vocabulary.size


def _parts(asked: Plan, unique: int | None, out: Path) -> dict[str, Arm]:
    """The arms with no more than `unique` tokens to see."""
    if unique is None:
        return {arm.name: arm for arm in asked.arms}
    found = {}
    for arm in asked.arms:
        digests = "".join(corpora.digest(path, asked.length) for path in arm.corpora.values())
        place = out / "parts" / f"{arm.name}-{unique}-{corpora.short(digests)}".replace("/", "-")
        found[arm.name] = Arm(arm.name, corpora.part(arm.corpora, asked.length, unique, place), arm.mix)
    return found


Made = dict[tuple[Cell, str], list[runs.Run]]


def _trained(
    asked: Plan, parts: dict[int | None, dict[str, Arm]], held: HeldOut, folder: Path, say: Callable[[str], None]
) -> Made:
    total, done = len(asked.cells) * len(asked.arms) * asked.seeds, 0
    made: Made = {(cell, arm.name): [] for cell in asked.cells for arm in asked.arms}
    for seed in range(asked.seeds):
        for cell in asked.cells:
            for arm in asked.arms:
                recipe = plan.of(parts[cell.unique][arm.name], cell, seed, asked)
                one = runs.run(recipe, held, folder)
                made[cell, arm.name].append(one)
                done += 1
                value = float(compare.bits_per_byte(one.bits, held.sizes))
                say(f"{done}/{total} {arm.name}, {cell.name}, seed {seed}: {value:.4f} bits per byte")
    return made


def stacked(found: list[runs.Run]) -> np.ndarray:
    """float64[seeds, documents]"""
    return np.stack([one.bits for one in found])


def _about(arm: Arm, asked: Plan, parts: dict[int | None, dict[str, Arm]]) -> dict[str, Any]:
    """What an arm has, and how often each point of the axes reads it."""
    rows = {unique: corpora.rows(of[arm.name].corpora, asked.length) for unique, of in parts.items()}
    have = {unique: sum(of.values()) * asked.length for unique, of in rows.items()}
    return {
        "name": arm.name,
        "corpora": arm.corpora,
        "mix": arm.mix,
        "rows": rows[next(iter(rows))],
        "tokens": have[next(iter(have))],
        "epochs": {cell.name: cell.tokens / have[cell.unique] for cell in asked.cells},
    }


def _points(asked: Plan, made: Made, held: HeldOut) -> list[dict[str, Any]]:
    return [
        {
            **asdict(cell),
            "cell": cell.name,
            "arm": arm.name,
            "parameters": made[cell, arm.name][0].said["parameters"],
            "of_blocks": made[cell, arm.name][0].said["of_blocks"],
            "trained_tokens": made[cell, arm.name][0].said["tokens"],
            "seconds": [one.said["seconds"] for one in made[cell, arm.name]],
            "losses": [one.said["losses"] for one in made[cell, arm.name]],
            "bits_per_byte": {
                name: compare.bits_per_byte(stacked(made[cell, arm.name])[:, mask], held.sizes[mask]).tolist()
                for name, mask in held.groups().items()
            },
        }
        for cell in asked.cells
        for arm in asked.arms
    ]


def _comparisons(asked: Plan, made: Made, held: HeldOut) -> list[dict[str, Any]]:
    """Each arm against the first, at each point, by group of held-out documents."""
    first, *others = asked.arms
    found = []
    for cell in asked.cells:
        a = stacked(made[cell, first.name])
        for arm in others:
            b = stacked(made[cell, arm.name])
            groups = {
                name: {
                    "documents": int(mask.sum()),
                    "bytes": int(held.sizes[mask].sum()),
                    **compare.difference(a[:, mask], b[:, mask], held.sizes[mask], held.keys[mask]).plain(),
                }
                for name, mask in held.groups().items()
            }
            found.append({"cell": cell.name, "arm": arm.name, "against": first.name, "groups": groups})
    return found


def _baselines(asked: Plan, held: HeldOut, size: int) -> dict[str, dict[str, float]]:
    """name -> group -> bits per byte"""
    found = baselines.compressed(held, held.texts())
    most = min(max(asked.tokens), baselines.MOST)
    for arm in asked.arms:
        counted = baselines.counted(corpora.some_tokens(arm.corpora, asked.length, most), held, size)
        for name, bits in counted.items():
            found[f"{name} of {arm.name}"] = {
                group: float(compare.bits_per_byte(bits[mask], held.sizes[mask]))
                for group, mask in held.groups().items()
            }
    return found


def _write(out: Path, results: dict[str, Any]) -> None:
    for name, text in ((RESULTS, json.dumps(results, indent=1) + "\n"), ("index.html", page.render(results))):
        atomic.write(out / name, text)

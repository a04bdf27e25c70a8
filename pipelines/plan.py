"""What a run will do, and why: each phase stands, or runs because something that it is a function of has changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from curate.recipe import Recipe
from curate.storage import exists, join, read_bytes
from pipelines import keys
from pipelines.context import Context
from pipelines.output import put_text


@dataclass(frozen=True)
class Step:
    phase: ModuleType
    key: str
    settings: dict[str, Any]
    stands: bool
    why: str

    @property
    def name(self) -> str:
        return keys.name(self.phase)


def plan(context: Context, phases: Sequence[ModuleType], recipe: Recipe) -> list[Step]:
    """The phases in order, each with its key; raises ValueError where the input cannot be read."""
    steps: list[Step] = []
    last = _last_settings(context.root)
    for phase in phases:
        settings = keys.plain(phase.settings(recipe))
        key = keys.key(phase, settings, steps[-1].key if steps else "")
        name = keys.name(phase)
        stands = context.stands(name, key) and (not steps or steps[-1].stands)
        steps.append(Step(phase, key, settings, stands, _why(context, name, key, stands, settings, last, steps)))
    return steps


def remember(context: Context, steps: list[Step]) -> None:
    """Keep the settings of this run, so that the next plan can say what changed."""
    put_text(
        json.dumps({s.name: s.settings for s in steps}, sort_keys=True), join(context.root, "work", "settings.json")
    )


def _last_settings(root: str) -> dict[str, dict[str, Any]]:
    path = join(root, "work", "settings.json")
    return json.loads(read_bytes(path)) if exists(path) else {}


def _why(
    context: Context,
    name: str,
    key: str,
    stands: bool,
    settings: dict[str, Any],
    last: dict[str, Any],
    before: list[Step],
) -> str:
    if stands:
        return "nothing it reads has changed"
    if name not in last:
        return "first run"
    changed = sorted(k for k in {*settings, *last[name]} if settings.get(k) != last[name].get(k))
    if changed:
        return f"changed: {', '.join(changed)}"
    moved = next((step.name for step in before if not step.stands), None)
    return f"follows {moved}" if moved else "was interrupted"

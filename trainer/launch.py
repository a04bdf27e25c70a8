"""From a recipe to running ranks: what `curate train` and `python -m trainer` both do.

Imports no torch: the supervisor must start, and say what is wrong, where there is none.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

from trainer.errors import TrainingError
from trainer.kernels.names import NAMES, Way
from trainer.recipe import load
from trainer.run_folder import begin, made
from trainer.run_lock import alone
from trainer.supervisor.elastic import fits
from trainer.supervisor.shown import show
from trainer.supervisor.supervise import supervise
from trainer.written_yaml import parse

HOW = (
    "training needs the extra: pip install 'curate-corpus[train]' "
    "(in a clone: .venv/bin/pip install -c constraints.txt -e '.[train]')"
)


@dataclass(frozen=True)
class Nodes:
    """Machines that train together: `rendezvous` is host:port of the first one."""

    count: int = 1
    rank: int = 0
    rendezvous: str | None = None


def launch(
    recipe: str,
    run: Path,
    changes: list[str],
    ranks: int | None = None,
    nodes: Nodes | None = None,
    stages: int | None = None,
) -> int:
    """Train `recipe` in `run`, or go on where it stands; gives the supervisor's exit code.

    `changes` are `rate.peak=1e-3` and the like; `ranks` those of this machine, as many as it has GPUs where absent;
    `stages` ends after so many of the recipe's.
    """
    need_torch()
    asked = load(recipe, named(changes))
    nodes = nodes or Nodes()
    _at_least_one({"ranks": ranks, "stages": stages, "nodes": nodes.count})
    if nodes.count > 1 and nodes.rendezvous is None:
        raise TrainingError("--nodes: several machines meet at --rendezvous host:port of the first; name it")
    if not 0 <= nodes.rank < nodes.count:
        raise TrainingError(f"--node-rank {nodes.rank}: with --nodes {nodes.count} it is 0 to {nodes.count - 1}")
    until = sum(stage.steps for stage in asked.stages[:stages])
    command = [sys.executable, "-m", "trainer.worker", str(run), str(until)]
    count = ranks or max(1, devices())
    with nullcontext() if nodes.rank else alone(made(run)):
        begin(asked, run)
        fit = fits(asked, until)
        code = supervise(command, run, count, asked.faults, nodes.count, nodes.rank, nodes.rendezvous, fit)
        if code == 0 and not nodes.rank:  # a run that was done before ends at once, and says so too
            show(f"done: step {until:,} of {asked.steps:,}; {run / 'index.html' if asked.page else run}\n")
        return code


def need_torch() -> None:
    """TrainingError where the extra is not installed. Looked for and not imported, which takes seconds."""
    if find_spec("torch") is None:
        raise TrainingError(f"torch is not installed; {HOW}")


def planned(
    recipe: str, changes: list[str], ranks: int | None = None, nodes: int = 1, stages: int | None = None
) -> list[str]:
    """What `launch` would do, in lines to print; the same is refused."""
    _at_least_one({"ranks": ranks, "stages": stages, "nodes": nodes})
    need_torch()
    from trainer.plan import lines

    return list(lines(load(recipe, named(changes)), nodes * (ranks or max(1, devices())), stages))


def _at_least_one(given: dict[str, int | None]) -> None:
    for option, count in given.items():
        if count is not None and count < 1:
            raise TrainingError(f"--{option} {count}: is at least 1; leave it out to take what there is")


def devices() -> int:
    """GPUs of this machine that we may use."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([one for one in visible.split(",") if one.strip() not in ("", "-1")])
    return len([one for one in Path("/dev").glob("nvidia[0-9]*")])


def with_kernels(changes: list[str], ways: str | None) -> list[str]:
    """`--kernels triton`, or `attention=triton,rope=reference`, as a change like the others."""
    if ways is None:
        return changes
    named = [part.strip().partition("=") for part in ways.split(",")]
    known = all(way in get_args(Way) and name in NAMES for name, _, way in named)
    if ways not in get_args(Way) and not (known and len({name for name, *_ in named}) == len(named)):
        raise TrainingError(
            f"--kernels {ways}: is auto, triton or reference, or NAME=WAY,NAME=WAY, each name once: {', '.join(NAMES)}"
        )
    if "=" not in ways:
        return [*changes, f"kernels={ways}"]
    return [*changes, f"kernels={{{', '.join(f'{name}: {way}' for name, _, way in named)}}}"]


def named(changes: list[str]) -> dict[str, Any]:
    """`rate.peak=1e-3` as {"rate.peak": 0.001}; values are read as YAML."""
    for change in changes:
        if "=" not in change:
            raise TrainingError(f"--set {change}: is written name=value, such as --set rate.peak=1e-3")
    parts = (change.partition("=") for change in changes)
    return {name.strip(): parse(text, f"--set {name.strip()}") for name, _, text in parts}

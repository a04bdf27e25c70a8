"""Checkpoints of a run in a test's folder."""

import os
from pathlib import Path

from tests.trainer.checkpoint.tensors import state
from trainer import events
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.folder import Folder
from trainer.checkpoint.state import newest

SHAPE = {"dim": 8, "layers": 2, "rope": {"base": 500000.0}}


def at(run: Path, keep: int = 3, shape: dict = SHAPE) -> Checkpoints:
    return Checkpoints(run / "checkpoints", keep, shape, run=run)


def saved(run: Path, *steps: int, keep: int = 3) -> Checkpoints:
    made = at(run, keep)
    for step in steps:
        made.save(step, state(step), {"step": step, "tokens": 10 * step, "watch": {"mean": 0.1}})
    made.wait()
    return made


def latest(run: Path) -> int:
    """The newest step that counts."""
    return newest(Folder(str(run / "checkpoints")))[0].step


def names(run: Path) -> list[str]:
    return sorted(os.listdir(run / "checkpoints"))


def file_of(run: Path, step: int, name: str) -> Path:
    return run / "checkpoints" / f"step-{step:08d}" / name


def told(run: Path, kind: str) -> list[dict]:
    return [event for event in events.read(run) if event["kind"] == kind]

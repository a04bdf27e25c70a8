"""A checkpoint's whole tensors in one process, without a mesh: for export, evaluation and averaging."""

from __future__ import annotations

import torch
from torch import Tensor

from trainer.checkpoint import keep, layout, read
from trainer.checkpoint.folder import Folder
from trainer.checkpoint.layout import Complete, Damaged
from trainer.checkpoint.plan import DTYPES, Index
from trainer.errors import TrainingError


def state(folder: str | Folder, step: int | None = None, kind: str = "model") -> dict[str, Tensor]:
    """Name -> tensor of `kind` (model, first, second), of `step` or of the newest checkpoint that is whole.

    It only reads. TrainingError where there is no such checkpoint, or it is damaged.
    """
    where = folder if isinstance(folder, Folder) else Folder(str(folder))
    if step is not None:
        return _whole(where, step, kind)
    damaged = None
    for newest in sorted(keep.complete_steps(where), reverse=True):
        try:
            return _whole(where, newest, kind)
        except _Unfit as error:
            damaged = damaged or error
    raise damaged or _none(where)


def newest(folder: Folder) -> tuple[Complete, Index]:
    """The newest checkpoint whose files are all there. TrainingError where there is none."""
    damaged = None
    for step in sorted(keep.complete_steps(folder), reverse=True):
        try:
            return opened(folder, step)
        except _Unfit as error:
            damaged = damaged or error
    raise damaged or _none(folder)


def opened(folder: Folder, step: int) -> tuple[Complete, Index]:
    """TrainingError where there is no checkpoint of `step`, or it is damaged."""
    name = layout.step_folder(step)
    if step not in keep.complete_steps(folder):
        there = ", ".join(str(each) for each in sorted(keep.complete_steps(folder))) or "none"
        raise TrainingError(f"{folder.url}/{name}: is no finished checkpoint; of those there are steps: {there}")
    try:
        return read.opened(folder, step)
    except Damaged as damage:
        raise _unfit(folder, step, damage) from None


def tensors_of(folder: Folder, complete: Complete, index: Index, kind: str, names: list[str]) -> dict[str, Tensor]:
    """Some whole tensors of a checkpoint."""
    entries = {name: index[kind][name] for name in names}
    found = {name: torch.empty(each["shape"], dtype=DTYPES[each["dtype"]]) for name, each in entries.items()}
    try:
        read.fill(folder, complete, index, {kind: found})
    except Damaged as damage:
        raise _unfit(folder, complete.step, damage) from None
    return found


class _Unfit(TrainingError):
    """A checkpoint that is damaged; the next older may do."""


def _whole(folder: Folder, step: int, kind: str) -> dict[str, Tensor]:
    complete, index = opened(folder, step)
    if kind not in index:
        raise TrainingError(f"{folder.url}/{layout.step_folder(step)}: holds no {kind}; it holds {', '.join(index)}")
    return tensors_of(folder, complete, index, kind, sorted(index.get(kind, {})))


def _unfit(folder: Folder, step: int, damage: Damaged) -> TrainingError:
    return _Unfit(f"{folder.url}/{layout.step_folder(step)}: {damage}; take another step, or bring it back from a copy")


def _none(folder: Folder) -> TrainingError:
    return TrainingError(f"{folder.url}: holds no finished checkpoint; name the folder with the step-… in it")

"""The mean of the weights of several checkpoints, as Llama 3 takes it over those of the annealing (section 3.4.3).

Summed in fp64 in the order of steps, so that the result is the same everywhere, then rounded once to the weights' own
type. One tensor after the other: in memory are the result and one tensor of one checkpoint. Moments have no mean that
means anything, and are left out: the average is an end, for evaluation and export, and not a place to train on from.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer.checkpoint import keep
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.folder import Folder
from trainer.checkpoint.state import opened, tensors_of
from trainer.errors import TrainingError


def average(folder: str, steps: Sequence[int]) -> dict[str, Tensor]:
    """Name -> mean weight over the checkpoints of `steps`. TrainingError where one is missing or damaged."""
    where = Folder(str(folder))
    if not steps:
        raise TrainingError(f"{folder}: no steps to average; name those of the checkpoints of the annealing")
    sources = [opened(where, step) for step in sorted(set(steps))]
    first = sources[0][0]
    for complete, index in sources[1:]:
        keep.same_shape(f"{folder}: step {complete.step}", complete.fingerprint, first.fingerprint)
        if index["model"].keys() != sources[0][1]["model"].keys():
            raise TrainingError(f"{folder}: steps {first.step} and {complete.step} hold other tensors; average one run")
    return {name: _mean(where, sources, name) for name in sorted(sources[0][1]["model"])}


def save_average(folder: str, steps: Sequence[int], out: str) -> None:
    """The mean as a checkpoint in the folder `out`, of the last step's number, its progress naming the steps."""
    tensors = average(folder, steps)
    last, _ = opened(Folder(str(folder)), max(steps))
    made = Checkpoints(out, 1, last.fingerprint, alone=True)
    made.save(last.step, {"model": tensors}, {**last.progress, "averaged": sorted(set(steps))})
    made.wait()
    if made.last != last.step:
        raise TrainingError(made.failed or f"{out}: could not be written")


def _mean(folder: Folder, sources: list, name: str) -> Tensor:
    total: Tensor | None = None
    for complete, index in sources:
        weight = tensors_of(folder, complete, index, "model", [name])[name]
        total = weight.to(torch.float64) if total is None else total.add_(weight)
    assert total is not None
    return total.div_(len(sources)).to(weight.dtype)

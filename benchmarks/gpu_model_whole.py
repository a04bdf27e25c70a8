"""Whole training steps by the model, at the first setting that fits an H200: as `benchmarks.gpu_steps` measures them,
and one step of 32,768 tokens for each length of documents, which the plots show.

70B does not fit one GPU. Its line shows the layers and the loss alone: without AdamW, the gradients' norm and their
adding up, which would be spread over many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import gpu_documents
from benchmarks import gpu_model_device as device
from benchmarks.gpu_model_kernels import Kernels
from benchmarks.gpu_model_rows import LENGTH, starts
from benchmarks.gpu_model_step import NOTHING, Setting, breakdown
from benchmarks.gpu_model_tiles import attended
from benchmarks.gpu_model_walk import Bounded
from benchmarks.gpu_rows import Step
from trainer.config import PRESETS, ModelConfig
from trainer.memory import of_rank
from trainer.metrics.mfu import step_flops
from trainer.recipe import Parallel

ROOM = 148e9  # bytes that a process can have of an H200's 140.4 GiB (150.8e9, less what PyTorch and CUDA take)
DRAWN = 4  # rows of a step in the plots
MEANS = (100, 300, 1000, 2000, 4000, 8000, None)  # None: one document a row
UPDATE = ("adamw", "grad_norm", "copies")


@dataclass(frozen=True)
class Model:
    name: str
    config: ModelConfig
    settings: tuple[Setting, ...]  # as `benchmarks.gpu_steps` tries them
    rows: tuple[int, ...]  # of a step, in the tables
    fits: bool = True  # one GPU


EIGHT = Model("8B", PRESETS["8b"], tuple(Setting(1, kept, 2) for kept in ("none", "selective", "full")), (1, DRAWN))
ONE = Model("1B", PRESETS["1b"], tuple(Setting(rows, "none", 4) for rows in (4, 2, 1)), (DRAWN,))
TABLES = (EIGHT, ONE)
PLOTS = (
    ONE,
    Model("3B", PRESETS["3b"], ONE.settings, ()),
    EIGHT,
    Model("70B", PRESETS["70b"], (Setting(1, "none", 2),), (), fits=False),
)


@dataclass(frozen=True)
class Whole:
    step: Step
    kinds: dict[str, Bounded]

    @property
    def time(self) -> Bounded:
        return sum(self.kinds.values(), NOTHING)


def measured_ones(kernels: Kernels) -> Iterator[Whole]:
    """What the tables show, in their order."""
    for model in TABLES:
        for mean, rows in [
            (None, model.rows[0]),
            *((mean, model.rows[0]) for mean in (1000, 300, 4000)),
            *((None, rows) for rows in model.rows[1:]),
        ]:
            yield whole(kernels, model, mean, rows)


def plotted_ones(kernels: Kernels) -> Iterator[Whole]:
    for model in PLOTS:
        for mean in MEANS:
            yield whole(kernels, model, mean, DRAWN)


def whole(kernels: Kernels, model: Model, mean: int | None, count: int) -> Whole:
    """A step over `count` rows."""
    setting = next(each for each in model.settings if not model.fits or _memory(model, each, count) < ROOM)
    rows = starts(mean, count)
    found = breakdown(kernels, model.config, rows, setting)
    kinds = {kind: each for kind, each in found.items() if model.fits or kind not in UPDATE}
    time, tokens = sum(kinds.values(), NOTHING), count * LENGTH
    flops = step_flops(model.config, LENGTH, tokens, sum(map(attended, rows)))
    states = {2: "bf16", 4: "fp32"}[setting.moments]
    step = Step(
        model.name, gpu_documents.named(mean), "triton", LENGTH, tokens,
        f"checkpointing {setting.checkpointing}, {states} moments, {setting.rows} rows at a time",
        time.figure, tokens / time.figure * 1e3,
        {name: each / time.figure * 1e3 / device.PEAK for name, each in flops.items()},
        _memory(model, setting, count) / 1e9,
        {kind: round(each.figure, 4) for kind, each in sorted(kinds.items(), key=lambda one: -one[1].figure)},
        modelled=True,
    )  # fmt: skip
    return Whole(step, kinds)


def _memory(model: Model, setting: Setting, count: int) -> float:
    parallel = Parallel(microbatch=setting.rows, checkpointing=setting.checkpointing)
    return of_rank(
        model.config, parallel, 1, LENGTH, moment=setting.moments, microbatches=count // setting.rows, fused=True
    ).total

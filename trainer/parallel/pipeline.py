"""Pipeline parallelism: consecutive layers on consecutive ranks, microbatches one behind the other.

1F1B (Narayanan et al. 2019) holds no more activations than there are stages after a rank's own. Interleaved stages
(Narayanan et al. 2021), two to a rank, make the time in which ranks wait at both ends of a step half as long, and send
activations twice as often. The schedules are torch.distributed.pipelining's.
"""

from __future__ import annotations

import inspect

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.pipelining import PipelineStage, Schedule1F1B, ScheduleInterleaved1F1B
from torch.distributed.pipelining.stage import _PipelineStageBase

from trainer.errors import TrainingError
from trainer.model import Llama
from trainer.parallel.layers import layers_of
from trainer.parallel.mesh import Mesh
from trainer.parallel.rows import Rows

Schedule = Schedule1F1B | ScheduleInterleaved1F1B


def own_stages(mesh: Mesh, stages: int) -> list[int]:
    """The stages of this rank: every pp-th."""
    return list(range(mesh.pp_rank, stages, mesh.pp))


def cut(model: Llama, stage: int, stages: int) -> None:
    """Leave of `model` what belongs to a stage; layers keep their names."""
    for at in set(range(model.config.layers)) - set(layers_of(stages, model.config.layers)[stage]):
        del model.layers[str(at)]
    if stage > 0:
        model.tok_embeddings = None
    if stage < stages - 1:
        model.norm = model.output = None


class Pipeline:
    """This rank's stages and their schedule, which is made anew where the shape of microbatches changes."""

    def __init__(self, models: list[Llama], stages: int, mesh: Mesh, device: torch.device, dtype: torch.dtype) -> None:
        if "arg_mbs" not in inspect.signature(Schedule1F1B.step).parameters:
            raise TrainingError(
                f"parallel.pipeline: torch {torch.__version__} takes no microbatches that are cut already; "
                "install 2.15 (constraints.txt), or set pipeline to 1"
            )
        self.models, self.stages, self.mesh, self.device, self.dtype = models, stages, mesh, device, dtype
        self._schedules: dict[tuple[int, ...], Schedule] = {}
        self._total = 1.0
        self._losses: list[Tensor] = []

    def forward_backward(self, microbatches: list[Rows], total: float, z_loss: float) -> Tensor:
        """Gradients of sum(weights * loss) / total in all stages; gives the losses, on every rank of the pipeline."""
        shape = microbatches[0].tokens.shape
        schedule = self._schedule(len(microbatches), *shape)
        self._total, self._losses = total, [torch.empty(0)] * len(microbatches)
        first, last = self.mesh.pp_rank == 0, self.mesh.pp_rank == self.mesh.pp - 1
        schedule.step(
            arg_mbs=[(rows.tokens,) if first else () for rows in microbatches],
            kwarg_mbs=[_given(rows, last, z_loss) for rows in microbatches],
            target_mbs=list(range(len(microbatches))) if last else None,
            return_outputs=False,
        )
        nll = torch.cat(self._losses) if last else torch.empty((len(microbatches) * shape[0], shape[1]))
        nll = nll.to(self.device)
        dist.broadcast(nll, group=self.mesh.group("pp"), group_src=self.mesh.pp - 1)
        self._losses = []
        return nll

    def _loss(self, output: tuple[Tensor, Tensor], microbatch: int) -> Tensor:
        loss, nll = output
        self._losses[microbatch] = nll.detach()
        return loss / self._total

    def _schedule(self, microbatches: int, rows: int, length: int) -> Schedule:
        key = (microbatches, rows, length)
        if key not in self._schedules:
            stages: list[_PipelineStageBase] = [
                self._stage(model, at, rows, length)
                for model, at in zip(self.models, own_stages(self.mesh, self.stages), strict=True)
            ]
            # scale_grads: the loss has been divided by the weight of all microbatches.
            if len(stages) == 1:
                made: Schedule = Schedule1F1B(stages[0], microbatches, self._loss, scale_grads=False)
            else:
                made = ScheduleInterleaved1F1B(stages, microbatches, self._loss, scale_grads=False)
            self._schedules = {key: made}  # rows of another length do not come back: their buffers go
        return self._schedules[key]

    def _stage(self, model: Llama, at: int, rows: int, length: int) -> PipelineStage:
        """Shapes are said here, so that no pass is spent on finding them."""
        hidden = torch.empty(
            (rows, length // self.mesh.tp, model.config.dim), dtype=self.dtype, device="meta", requires_grad=True
        )
        tokens = torch.empty((rows, length), dtype=torch.int64, device="meta")
        loss = torch.empty((), device="meta", requires_grad=True)
        return PipelineStage(
            model,
            at,
            self.stages,
            self.device,
            input_args=hidden if at else tokens,
            output_args=hidden if at < self.stages - 1 else (loss, torch.empty((rows, length), device="meta")),
            group=self.mesh.group("pp"),
        )


def _given(rows: Rows, last: bool, z_loss: float) -> dict[str, Tensor | float]:
    given: dict[str, Tensor | float] = {"starts": rows.starts, "positions": rows.positions}
    return {**given, "targets": rows.targets, "weights": rows.weights, "z_loss": z_loss} if last else given

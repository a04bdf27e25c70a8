"""A model spread over the mesh, behind one call: forward and backward of a batch.

The gradient is that of sum(weights * loss) / total weight of the *global* batch, whatever the mesh. Every tensor of
weights is drawn from a generator of its own name, whole, and then cut, so that all meshes begin from the same weights
(of one kind of device: CPU and GPU draw other numbers). It costs one whole tensor of memory at a time.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.tensor import DTensor, distribute_tensor

from trainer.config import ModelConfig
from trainer.data.batch import Batch
from trainer.kernels import choice
from trainer.kernels.grad_norm import grad_norm
from trainer.kernels.names import refused
from trainer.model import Llama, draw
from trainer.parallel import checkpointing, checks, context, fsdp, full, pipeline, tensor
from trainer.parallel.collectives import gathered, local
from trainer.parallel.masters import Masters
from trainer.parallel.mesh import Mesh
from trainer.parallel.pipeline import Pipeline
from trainer.parallel.rows import Rows
from trainer.recipe import TrainingRecipe


class Engine:
    """`forward_backward` once a step, then `grad_norm`, the update, and forgetting the gradients."""

    def __init__(self, config: ModelConfig, recipe: TrainingRecipe, mesh: Mesh, device: torch.device) -> None:
        self.config, self.mesh, self.device = config, mesh, device
        self.kernels = choice.choose(recipe.kernels, device, refused(config.head_dim))
        self.parallel, self.z_loss = recipe.parallel, recipe.optimizer.z_loss
        self.bf16 = recipe.precision == "bf16" or (recipe.precision == "auto" and device.type == "cuda")
        self.stages = checks.stages_of(self.parallel)
        self.models = [self._built(stage) for stage in pipeline.own_stages(mesh, self.stages)]
        for model in self.models:
            model.set_longest(max(stage.length for stage in recipe.stages))
        dtype = torch.bfloat16 if self.bf16 else torch.float32
        self.pipeline = Pipeline(self.models, self.stages, mesh, device, dtype) if mesh.pp > 1 else None
        self.masters = Masters(self.models) if self.bf16 and mesh.device_mesh is None else None
        self.init_weights(recipe.seed)

    def _built(self, stage: int) -> Llama:
        with torch.device("meta"):
            model = Llama(self.config)
        if self.mesh.pp > 1:
            pipeline.cut(model, stage, self.stages)
        if self.mesh.tp > 1:
            tensor.parallelize(model, self.mesh.axis("tp"))
        if self.mesh.cp > 1:
            context.parallelize(model, self.mesh.group("cp"))
        checkpointing.apply(model, self.parallel.checkpointing)
        if self.mesh.device_mesh is not None:
            spread = self.mesh.dp * self.mesh.cp > 1  # else there is nothing to free
            fsdp.shard(model, self.mesh.axis("fsdp"), self.bf16, reshard=self.mesh.pp == 1 and spread)
        model.to_empty(device=self.device)
        model.tie()  # an empty copy was made for each end
        return model

    def parameters(self) -> dict[str, Tensor]:
        """This rank's parts by full name, fp32: what the optimizer updates and a checkpoint saves."""
        if self.masters is not None:
            return self.masters.weights
        return {name: weight for model in self.models for name, weight in model.named_parameters()}

    @torch.no_grad()
    def init_weights(self, seed: int) -> None:
        """The same weights for every mesh."""
        for name, weight in self.parameters().items():
            _fill(weight, draw(name, weight.shape, self.config, seed, self.device))

    @torch.no_grad()
    def load_full(self, state: Mapping[str, Tensor]) -> None:
        """Take whole tensors by full name, which every rank gives."""
        for name, weight in self.parameters().items():
            _fill(weight, state[name].to(self.device, torch.float32))

    def total_weight(self, batch: Batch) -> float:
        """The weight of the global batch; 1 where it has none, so that it can be divided by."""
        total = batch.weights.double().sum()
        if self.mesh.dp > 1:
            total = total.to(self.device)
            dist.all_reduce(total, group=self.mesh.group("dp"))
        return float(total) or 1.0

    def forward_backward(self, batch: Batch, total_weight: float | Tensor | None = None) -> Tensor:
        """Add this rank's part of the gradient of sum(weights * loss) / `total_weight`, all of the ranks' the whole.

        `total_weight` is that of the global batch; the engine adds it up where it is not given. Gives the losses in
        nats, fp32 [rows, length] on the CPU, on each rank those of its data-parallel rank's rows, without gradient.
        """
        total = self.total_weight(batch) if total_weight is None else float(total_weight)
        if self.masters is not None:
            self.masters.copy_to_model()
        rows = Rows.of(batch, self.device)
        if self.mesh.cp > 1:
            rows = rows.changed(lambda tensor: context.part(tensor, self.mesh.cp_rank, self.mesh.cp))
        microbatches = rows.split(self.parallel.microbatch)
        if self.pipeline is not None:
            nll = self.pipeline.forward_backward(microbatches, total, self.z_loss)
        else:
            nll = torch.cat([self._passed(part, total) for part in microbatches])
        if self.mesh.tp > 1:
            tensor.sum_norms(self.parameters(), self.mesh.group("tp"))
        if self.mesh.cp > 1:
            nll = context.whole(gathered(nll, self.mesh.group("cp")), self.mesh.cp)
        return nll.cpu()

    def _passed(self, rows: Rows, total: float) -> Tensor:
        loss, nll = self.models[0](rows.tokens, rows.starts, rows.positions, rows.targets, rows.weights, self.z_loss)
        (loss / total).backward()
        return nll.detach()

    @torch.no_grad()
    def grad_norm(self) -> Tensor:
        """The norm of all gradients of all ranks, each element counted once."""
        grads = [local(weight.grad) for weight in self.parameters().values() if weight.grad is not None]
        cut = grad_norm([grad for grad in grads if grad.dim() > 1]).to(self.device)
        norms = grad_norm([grad for grad in grads if grad.dim() == 1]).to(self.device)
        square = cut + norms / self.mesh.tp  # all ranks of tensor parallelism have the whole of the norms'
        if self.mesh.device_mesh is not None:
            dist.all_reduce(square)
        return square.sqrt()

    @torch.no_grad()
    def full_state(self) -> dict[str, Tensor]:
        """Whole tensors by full name, fp32 on the CPU of rank 0; an empty mapping on the others. All ranks call it."""
        return full.state(self.parameters(), self.config, self.stages, self.mesh)


def _fill(weight: Tensor, whole: Tensor) -> None:
    if isinstance(weight, DTensor):
        # Every rank has the whole; none waits for another's.
        part = distribute_tensor(whole, weight.device_mesh, weight.placements, src_data_rank=None)
        weight.to_local().copy_(part.to_local())
    else:
        weight.copy_(whole)

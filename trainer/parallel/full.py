"""Whole weights on rank 0 from all ranks' parts: for export, and for comparing runs.

It costs the memory of all weights in fp32 on the CPU of rank 0, and one tensor's on each other rank.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.tensor import DTensor, Replicate

from trainer.config import ModelConfig
from trainer.model import Llama
from trainer.parallel.layers import stage_of
from trainer.parallel.mesh import Mesh


def state(parameters: Mapping[str, Tensor], config: ModelConfig, stages: int, mesh: Mesh) -> dict[str, Tensor]:
    """Tensors by full name, copies, on rank 0; nothing on the others. All ranks call it."""
    first = mesh.device_mesh is None or dist.get_rank() == 0
    with torch.device("meta"):
        shapes = {name: weight.shape for name, weight in Llama(config).named_parameters()}
    found = {}
    for name, shape in shapes.items():
        owner = stage_of(name, stages, config.layers) % mesh.pp
        whole = _whole(parameters[name]) if owner == mesh.pp_rank else None
        if owner > 0 and mesh.data_rank == mesh.cp_rank == mesh.tp_rank == 0:
            whole = _sent(whole, shape, owner, mesh)
        if first and whole is not None:
            found[name] = whole.cpu().clone()
    return found


def _whole(weight: Tensor) -> Tensor:
    if not isinstance(weight, DTensor):
        return weight.detach()
    if len(weight.placements) > 1:  # gathered where it was cut last, first
        weight = weight.redistribute(placements=[Replicate(), *weight.placements[1:]])
    return weight.full_tensor()


def _sent(whole: Tensor | None, shape: torch.Size, owner: int, mesh: Mesh) -> Tensor | None:
    """From a pipeline's rank to its first one."""
    group = mesh.group("pp")
    if whole is not None:
        dist.send(whole.contiguous(), group=group, group_dst=0)
    elif mesh.pp_rank == 0:
        whole = torch.empty(shape, device=mesh.axis("pp").device_type)
        dist.recv(whole, group=group, group_src=owner)
    return whole

"""One DeviceMesh for all kinds of parallelism: data, pipeline, context, tensor from the outermost to the innermost.

Tensor parallelism speaks most and latency stands in its way, so its ranks are neighbours, within a node; data
parallelism speaks least and overlaps with computing, so it may cross the slowest links (Grattafiori et al. 2024,
3.3.2). FSDP shards over data and context together: ranks of context parallelism hold the same weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh

from trainer.config import ModelConfig
from trainer.parallel.checks import check_model, data_ranks
from trainer.recipe import Parallel

AXES = ("dp", "pp", "cp", "tp")


@dataclass(frozen=True)
class Mesh:
    """Sizes of the axes, this rank's place on each; `device_mesh` is None where there is one process."""

    device_mesh: DeviceMesh | None = None
    dp: int = 1
    pp: int = 1
    cp: int = 1
    tp: int = 1
    data_rank: int = 0
    pp_rank: int = 0
    cp_rank: int = 0
    tp_rank: int = 0

    @property
    def data_world(self) -> int:
        return self.dp

    @property
    def world(self) -> int:
        return self.dp * self.pp * self.cp * self.tp

    def axis(self, name: str) -> DeviceMesh:
        """The mesh of one axis: dp, pp, cp, tp, or fsdp, which is dp and cp together."""
        assert self.device_mesh is not None
        return self.device_mesh["dp", "cp"]._flatten("fsdp") if name == "fsdp" else self.device_mesh[name]

    def group(self, name: str) -> dist.ProcessGroup:
        return self.axis(name).get_group()


def build(parallel: Parallel, config: ModelConfig, world: int, device: torch.device) -> Mesh:
    """This rank's place among `world`; with more than one torch.distributed must be up.

    TrainingError where the ranks, or what of the model they share, do not divide.
    """
    data = data_ranks(parallel, world)
    check_model(parallel, config)
    if world == 1:
        return Mesh()
    sizes = (data, parallel.pipeline, parallel.context, parallel.tensor)
    made = init_device_mesh(device.type, sizes, mesh_dim_names=AXES)
    mesh = Mesh(made, *sizes, *(made.get_local_rank(name) for name in AXES))
    for name in (*AXES, "fsdp"):
        _as_patient_as_the_world(mesh.group(name), device)
    return mesh


def _as_patient_as_the_world(group: dist.ProcessGroup, device: torch.device) -> None:
    """A mesh's groups would wait for torch's 30 minutes, while the supervisor reckons with the time we joined with."""
    world = dist.group.WORLD
    assert world is not None
    # torch 2.11 has it under its older name only
    set_timeout = getattr(dist, "set_timeout", None) or dist.distributed_c10d._set_pg_timeout
    set_timeout(world._get_backend(device).options._timeout, group)

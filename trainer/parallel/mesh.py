"""One DeviceMesh for all kinds of parallelism: data, pipeline, context, tensor from the outermost to the innermost.

Tensor parallelism speaks most and latency stands in its way, so its ranks are neighbours, within a node; data
parallelism speaks least and overlaps with computing, so it may cross the slowest links (Grattafiori et al. 2024,
3.3.2). FSDP shards over data and context together: ranks of context parallelism hold the same weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh

from trainer.config import ModelConfig
from trainer.parallel.checks import data_ranks
from trainer.recipe import Parallel


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


def build(
    parallel: Parallel, config: ModelConfig, world: int, device: torch.device, timeout: float | None = None
) -> Mesh:
    """This rank's place among `world`; with more than one torch.distributed must be up.

    `timeout` in seconds is how long a collective of any axis may take. TrainingError where the ranks do not divide.
    """
    data = data_ranks(parallel, world)
    if world == 1:
        return Mesh()
    sizes = (data, parallel.pipeline, parallel.context, parallel.tensor)
    made = init_device_mesh(device.type, sizes, mesh_dim_names=("dp", "pp", "cp", "tp"))
    place = [made.get_local_rank(name) for name in ("dp", "pp", "cp", "tp")]
    mesh = Mesh(made, *sizes, *place)
    if timeout is not None:
        for name in ("dp", "pp", "cp", "tp", "fsdp"):
            dist.distributed_c10d._set_pg_timeout(timedelta(seconds=timeout), mesh.group(name))
    return mesh

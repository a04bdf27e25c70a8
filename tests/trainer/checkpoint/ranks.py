"""What four ranks do in `test_ranks.py`: `python ranks.py FOLDER`, which forks them, so that torch is imported once."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import sys
from pathlib import Path

import torch
import torch._dynamo  # which fully_shard imports: once, before the ranks are forked
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

from trainer.checkpoint import folder as folder_of
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.state import newest
from trainer.errors import TrainingError, TrainingStopped

WORLD = 4


class Net(nn.Module):
    """Sizes that divide by nothing in particular."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.up = nn.Linear(6, 16, bias=False)
        self.down = nn.Linear(16, 6, bias=False)
        self.head = nn.Linear(6, 13, bias=False)
        self.norm = nn.Parameter(torch.zeros(5))
        for weight in self.parameters():
            weight.data.normal_(generator=generator)


def whole() -> dict[str, Tensor]:
    return {name: weight.detach() for name, weight in Net().named_parameters()}


def fsdp(mesh) -> dict[str, Tensor]:
    return parameters(fully_shard(Net(), mesh=mesh))


def fsdp_over_tensor_parallel(mesh) -> dict[str, Tensor]:
    net = parallelize_module(Net(), mesh["tp"], {"up": ColwiseParallel(), "down": RowwiseParallel()})
    return parameters(fully_shard(net, mesh=mesh["dp"]))


def tensor_parallel(mesh) -> dict[str, Tensor]:
    return {
        name: distribute_tensor(weight, mesh, [Shard(weight.dim() - 1)], src_data_rank=None)
        for name, weight in whole().items()
    }


def hybrid(mesh) -> dict[str, Tensor]:
    return {
        name: distribute_tensor(weight, mesh, [Replicate(), Shard(0)], src_data_rank=None)
        for name, weight in whole().items()
    }


def pipeline(rank: int) -> dict[str, Tensor]:
    """Two stages, of two replicas each, no DTensor among them."""
    return {name: weight for at, (name, weight) in enumerate(whole().items()) if at % 2 == rank % 2}


def parameters(net: nn.Module) -> dict[str, Tensor]:
    return dict(net.named_parameters())


def layouts(rank: int) -> dict[str, dict[str, Tensor]]:
    line, square = init_device_mesh("cpu", (WORLD,)), init_device_mesh("cpu", (2, 2), mesh_dim_names=("dp", "tp"))
    return {
        "fsdp": fsdp(line),
        "fsdp over tensor parallel": fsdp_over_tensor_parallel(square),
        "tensor parallel": tensor_parallel(line),
        "hybrid": hybrid(square),
        "pipeline": pipeline(rank),
        "replicas": whole(),
    }


def main(folder: Path) -> int:
    torch.set_num_threads(1)
    context = multiprocessing.get_context("fork")
    ranks = [context.Process(target=_rank, args=(rank, folder)) for rank in range(WORLD)]
    for each in ranks:
        each.start()
    for each in ranks:
        each.join()
    return int(any(each.exitcode for each in ranks))


def _rank(rank: int, folder: Path) -> None:
    dist.init_process_group("gloo", init_method=f"file://{folder}/store", rank=rank, world_size=WORLD)
    all_layouts = layouts(rank)
    tensors = {"model": all_layouts["fsdp"]}
    found = {"loaded": loaded(all_layouts, folder), "damaged": damaged(rank, folder, tensors)}
    found["refused"], found["full"] = refused(folder), full(rank, folder, tensors)
    (folder / f"found-{rank}.json").write_text(json.dumps(found))
    dist.destroy_process_group()


def loaded(all_layouts: dict[str, dict[str, Tensor]], folder: Path) -> dict[str, bool]:
    """From each layout to each, and from one process: are this rank's parts as they were?"""
    found = {}
    before = {name: copies(tensors) for name, tensors in all_layouts.items()}
    for source, tensors in all_layouts.items():
        made = Checkpoints(folder / source, 1, {}, run=folder)
        made.save(1, {"model": tensors}, {"from": source})
        overwrite(tensors)
        # Collectives of training while the checkpoint is written.
        for _ in range(20):
            dist.all_reduce(torch.ones(10))
        assert made.load({"model": tensors}) == {"from": source}
        found[f"{source} again"] = as_it_was(tensors, before[source])
    for source in [*all_layouts, "alone"]:
        made = Checkpoints(folder / source, 1, {})
        for target, tensors in all_layouts.items():
            overwrite(tensors)
            assert made.load({"model": tensors}) == {"from": source}
            found[f"{source} to {target}"] = as_it_was(tensors, before[target])
    return found


def damaged(rank: int, folder: Path, tensors: dict) -> list:
    """The file of rank 3 is damaged, which the other ranks do not read: which step do they take?"""
    made = Checkpoints(folder / "damaged", 3, {}, run=folder)
    for step in (1, 2):
        made.save(step, tensors, {"step": step})
    made.wait()
    dist.barrier()
    file = folder / "damaged" / "step-00000002" / "0-rank-00003.safetensors"
    if rank == 0:
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    dist.barrier()
    return [made.load(tensors), newest(made.folder)[0].step]


def refused(folder: Path) -> str:
    try:
        Checkpoints(folder / "fsdp", 3, {"dim": 7}).load({"model": whole()})
    except TrainingError as error:
        return str(error)
    return ""


def full(rank: int, folder: Path, tensors: dict) -> list:
    """The disk of rank 2 is full, twice."""
    made = Checkpoints(folder / "full", 3, {}, run=folder)
    made.save(1, tensors, {})
    made.wait()
    if rank == 2:
        folder_of.os.fsync = _full
    made.save(2, tensors, {})
    made.wait()
    made.save(3, tensors, {})
    try:
        made.wait()
    except TrainingStopped as error:
        return [str(error), made.last, sorted(os.listdir(folder / "full"))]
    return []


def _full(_: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def copies(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: here(tensor).clone() for name, tensor in tensors.items()}


def overwrite(tensors: dict[str, Tensor]) -> None:
    for tensor in tensors.values():
        here(tensor).fill_(-7)


def as_it_was(tensors: dict[str, Tensor], before: dict[str, Tensor]) -> bool:
    return all(torch.equal(here(tensor), before[name]) for name, tensor in tensors.items())


def here(tensor: Tensor) -> Tensor:
    tensor = tensor.detach()
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""Which way each kernel is computed: its Triton kernel, or its reference in plain PyTorch.

`auto` takes Triton's on a CUDA device that has what they need and the reference elsewhere; `triton` insists, and is
refused where it could not be. One choice a process: a checkpointed block is computed a second time in autograd's own
thread, and has to be computed the same way.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor

from trainer.errors import TrainingError
from trainer.kernels.names import NAMES, Name, Way, each, insisted

CAPABILITY = (8, 0)  # the first with bf16 on its matrix units
_TYPES = (torch.float32, torch.bfloat16, torch.float16)
_INSTALLED = importlib.util.find_spec("triton") is not None
_ways: dict[Name, Way] = dict.fromkeys(NAMES, "auto" if _INSTALLED else "reference")  # of who chooses nothing


def choose(
    ways: Way | Mapping[Name, Way], device: torch.device, refused: Mapping[Name, str] | None = None
) -> dict[Name, Way]:
    """From now on; a kernel that a mapping does not name is `auto`. Gives what each will be on `device`: triton or
    reference. TrainingError says why Triton's cannot be had where it is insisted on: `refused` are reasons by kernel
    that lie in the model's shape, empty where there is none.
    """
    wanted: dict[Name, Way] = each(ways)
    missing = _missing(device)
    lacking = {name: missing or (refused or {}).get(name, "") for name in wanted}
    insisted(wanted, lacking)
    found: dict[Name, Way] = {}
    for name, way in wanted.items():
        able = not lacking[name] and (device.type == "cuda" or way == "triton")
        found[name] = "triton" if able and way != "reference" else "reference"
    _ways.update(found)
    return found


@contextmanager
def chosen(ways: Way | Mapping[Name, Way], device: torch.device) -> Iterator[None]:
    """`choose`, and afterwards what was before."""
    before = dict(_ways)
    try:
        choose(ways, device)
        yield
    finally:
        _ways.update(before)


def fused(name: Name, tensor: Tensor) -> bool:
    """Whether kernel `name` is Triton's for a tensor of this device and type; float64 always is the reference's."""
    way = _ways[name]
    if way == "reference" or tensor.dtype not in _TYPES:
        return False
    if tensor.device.type == "cuda":
        return True
    if way != "triton" or not _interpreted():  # a tensor on the CPU, of a process that has a GPU
        return False
    if tensor.dtype == torch.bfloat16:
        raise TrainingError(f"kernels.{name}: Triton's interpreter computes bf16 wrongly; set precision: fp32")
    return True


def _interpreted() -> bool:
    return os.environ.get("TRITON_INTERPRET") == "1"


def _missing(device: torch.device) -> str:
    """What Triton's kernels lack on this device; empty where they can run."""
    if importlib.util.find_spec("triton") is None:
        return "Triton is not installed (pip install triton; there is none but for Linux)"
    if device.type == "cpu" and _interpreted():
        return ""  # slow, for tests
    if device.type != "cuda":
        return "there is no CUDA device here (TRITON_INTERPRET=1 computes them slowly on a CPU)"
    if torch.cuda.get_device_capability(device) < CAPABILITY:
        return f"{torch.cuda.get_device_name(device)} is older than compute capability 8.0"
    return ""

"""Tiles, warps and stages of each kernel by device and shape: looked up, never measured while training.

Other tiles add up in another order, so what is used must not depend on what else the machine did: a run that is to be
deterministic (the default) takes shipped configurations only (`configs/`, by the device's name), others also those
that `python -m trainer.kernels.tune` measured on this machine. Where neither has one, each kernel has its default.
"""

from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

Tiles = dict[str, Any]
SHIPPED = Path(__file__).parent / "configs"


def of(kernel: str, tensor: Tensor, default: Tiles, **shape: int) -> Tiles:
    """The keyword arguments of a launch of `kernel` on the device of `tensor`; `shape` is what the best depends on."""
    name = _device_name(tensor.device)
    local = not torch.are_deterministic_algorithms_enabled()
    return _found(name, kernel, key(**shape), local) or default


def shipped(device: str, kernel: str, shape: str, default: Tiles) -> Tiles:
    """What comes along for a device of this name (`H200`)."""
    return _found(device, kernel, shape, False) or default


def key(**shape: int) -> str:
    """How a shape is written in the files: `group=4,head_dim=128`."""
    return ",".join(f"{name}={shape[name]}" for name in sorted(shape))


def local_file(device: str) -> Path:
    """Where this machine's own measurements of a device lie."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "curate" / "triton" / f"{_slug(device)}.json"


def forget() -> None:
    """Read the files anew from now on."""
    _found.cache_clear()
    _read.cache_clear()


@functools.cache
def _found(device: str, kernel: str, shape: str, local: bool) -> Tiles | None:
    files = [local_file(device)] if local else []
    files += [file for file in sorted(SHIPPED.glob("*.json")) if re.search(rf"\b{file.stem}\b", device, re.I)]
    for file in files:
        tiles = _read(file).get(kernel, {}).get(shape)
        if tiles is not None:
            return tiles
    return None


@functools.cache
def _read(file: Path) -> dict[str, dict[str, Tiles]]:
    try:
        return json.loads(file.read_bytes())["tiles"]
    except FileNotFoundError:
        return {}


@functools.cache
def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def _slug(device: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", device.lower()).strip("-")

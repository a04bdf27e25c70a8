"""Tiles, warps and stages of each kernel by device and shape: looked up, never measured while training.

Other tiles add up in another order, so what is used must not depend on what else the machine did: a run that is to be
deterministic (the default) takes shipped configurations only (`configs/`, by the device's name), others also those
that `python -m trainer.kernels.tune` measured on this machine. Where neither has one, each kernel has its default; so
too where a file says what the kernel does not know, as one that another version measured may.
"""

from __future__ import annotations

import functools
import json
import os
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

Tiles = dict[str, Any]
SHIPPED = Path(__file__).parent / "configs"


class Lookup(NamedTuple):
    kernel: str
    shape: str
    default: Tiles


@dataclass(frozen=True)
class Trial:
    """One kernel at one shape, for `trainer.kernels.tune`: `run` launches it by way of a lookup of its name, and may
    launch others.
    """

    kernel: str
    candidates: Sequence[Tiles]
    run: Callable[[], object]


_seen: list[Lookup] | None = None
_instead: Mapping[str, Tiles] = {}


def of(kernel: str, tensor: Tensor, default: Tiles, **shape: int) -> Tiles:
    """The keyword arguments of a launch of `kernel` on the device of `tensor`; `shape` is what the best depends on."""
    local = not torch.are_deterministic_algorithms_enabled()
    return _looked_up(_device_name(tensor.device), Lookup(kernel, key(**shape), default), local)


def shipped(device: str, kernel: str, shape: str, default: Tiles) -> Tiles:
    """What comes along for a device of this name (`H200`)."""
    return _looked_up(device, Lookup(kernel, shape, default), local=False)


def key(**shape: int) -> str:
    """How a shape is written in the files: `group=4,head_dim=128`."""
    return ",".join(f"{name}={shape[name]}" for name in sorted(shape))


def local_file(device: str) -> Path:
    """Where this machine's own measurements of a device lie."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "curate" / "triton" / f"{_slug(device)}.json"


@contextmanager
def watched(instead: Mapping[str, Tiles] | None = None) -> Iterator[list[Lookup]]:
    """What is looked up meanwhile, each once; kernels of `instead` get these tiles. For `trainer.kernels.tune`."""
    global _seen, _instead
    before = _seen, _instead
    _seen, _instead = [], instead or {}
    try:
        yield _seen
    finally:
        _seen, _instead = before


def forget() -> None:
    """Read the files anew from now on."""
    _found.cache_clear()
    read.cache_clear()


@functools.cache
def read(file: Path) -> dict[str, Any]:
    """A file of tiles, with what its head says of their source; empty, with a warning, where it is no such file."""
    try:
        found = json.loads(file.read_bytes())
        assert all(isinstance(tiles, dict) for shapes in found["tiles"].values() for tiles in shapes.values())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, AssertionError, RecursionError):
        warnings.warn(f"{file}: no tiles can be read from it; delete it, or measure anew", stacklevel=2)
        return {}
    return found


def _looked_up(device: str, lookup: Lookup, local: bool) -> Tiles:
    if _seen is not None and lookup not in _seen:
        _seen.append(lookup)
    found = _instead.get(lookup.kernel) or _found(device, lookup.kernel, lookup.shape, local)
    return found if found and _usable(found, lookup.default) else lookup.default


def _usable(found: Tiles, default: Tiles) -> bool:
    """Whether a launch would take these: the same names, and all of them counts."""
    return found.keys() == default.keys() and all(type(value) is int and value > 0 for value in found.values())


@functools.cache
def _found(device: str, kernel: str, shape: str, local: bool) -> Tiles | None:
    files = []
    if local:
        with suppress(RuntimeError):  # a user without a home, as in some containers, has measured nothing
            files.append(local_file(device))
    files += [file for file in sorted(SHIPPED.glob("*.json")) if re.search(rf"\b{file.stem}\b", device, re.I)]
    for file in files:
        tiles = read(file).get("tiles", {}).get(kernel, {}).get(shape)
        if tiles is not None:
            return tiles
    return None


@functools.cache
def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def _slug(device: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", device.lower()).strip("-")

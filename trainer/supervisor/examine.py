"""What is looked at before a node joins. A script, `examine.py RUN RANKS SLOW`, that prints its findings as JSON.

As many GPUs as ranks; a matrix product on each (on the CPU where there is no GPU) against the answer known beforehand,
and how fast it was; free memory; free disk in the run's folder, and that it can be written to.

The product is of small integers, so every format has the exact answer whatever the order of sums; it is checked by
Freivalds' method (1979): A(Bv) = (AB)v for a vector v without zeros costs two small products, made in fp64 on the CPU,
and misses no single wrong element of AB. It imports nothing of Curate, and torch only where there is a GPU.
"""

from __future__ import annotations

import glob
import json
import shutil
import statistics
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

_LEAST_DISK = 256 << 20  # bytes
_LEAST_MEMORY = 256 << 20  # bytes a rank
_SIZE = {"cpu": 512, "cuda": 4096}  # of the matrices
_TIMES = {"cpu": 4, "cuda": 200}  # products that are timed


def look(run: Path, ranks: int, slow: float) -> dict[str, Any]:
    """The findings; `why` is empty where the node is fit."""
    import psutil

    run.mkdir(parents=True, exist_ok=True)
    devices, device = _devices()
    speeds: list[float] = []
    why = ""
    if device == "cuda" and devices < ranks:
        why = f"{ranks} ranks need as many GPUs, and there are {devices}; start fewer with --nproc"
    else:
        for index in range(ranks if device == "cuda" else 1):
            speed, right = _on_gpu(index) if device == "cuda" else _on_cpu()
            speeds.append(round(speed, 4))
            if not right:
                why = f"{device}:{index} gave a wrong matrix product; have the device looked at"
    memory, disk = psutil.virtual_memory().available, shutil.disk_usage(run).free
    why = why or _too_slow(speeds, slow) or _too_little(run, ranks, memory, disk) or _read_only(run)
    return {"why": why, "device": device, "speeds": speeds, "memory": memory, "disk": disk}


def _too_slow(speeds: list[float], slow: float) -> str:
    median = statistics.median_high(speeds) if speeds else 0.0
    for index, speed in enumerate(speeds):
        if speed * slow < median:
            return f"device {index} computes at {speed:g} TFLOP/s where the median one has {median:g}"
    return ""


def _too_little(run: Path, ranks: int, memory: int, disk: int) -> str:
    if disk < _LEAST_DISK:
        return f"{run}: {disk >> 20} MB of disk are free, and {_LEAST_DISK >> 20} are needed; make room"
    if memory < ranks * _LEAST_MEMORY:
        return f"{memory >> 20} MB of memory are free, and {ranks} ranks need {ranks * _LEAST_MEMORY >> 20}"
    return ""


def _read_only(run: Path) -> str:
    try:
        with tempfile.NamedTemporaryFile(dir=run):
            return ""
    except OSError as error:
        return f"{run}: cannot be written to ({error.strerror}); name another folder"


def _devices() -> tuple[int, str]:
    """GPUs that ranks will see. Without a driver's device file torch need not be asked, which takes seconds."""
    if not glob.glob("/dev/nvidia[0-9]*"):
        return 0, "cpu"
    try:
        import torch
    except ImportError:
        return 0, "cpu"
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return count, "cuda" if count else "cpu"


@cache
def _matrices(size: int) -> tuple[Any, Any, Any, Any]:
    """Sparse small integers A and B, v, and A(Bv): no element of AB exceeds 64, which bfloat16 still holds exactly."""
    import numpy

    generator = numpy.random.default_rng(size)
    left, right = numpy.zeros((size, size), numpy.float32), numpy.zeros((size, size), numpy.float32)
    left[:] = generator.integers(-1, 2, (size, size))
    rows = generator.integers(0, size, (64, size))
    right[rows, numpy.arange(size)] = generator.choice([-1.0, 1.0], (64, size))
    vector = generator.integers(1, 8, size).astype(numpy.float64)
    return left, right, vector, left.astype(numpy.float64) @ (right.astype(numpy.float64) @ vector)


def _on_cpu() -> tuple[float, bool]:
    size = _SIZE["cpu"]
    left, right, vector, answer = _matrices(size)
    product = left @ right
    began = time.perf_counter()
    for _ in range(_TIMES["cpu"]):
        product = left @ right
    seconds = time.perf_counter() - began
    return _TIMES["cpu"] * 2 * size**3 / seconds / 1e12, bool((product @ vector == answer).all())


def _on_gpu(index: int) -> tuple[float, bool]:
    import torch

    return _by_torch(torch.device("cuda", index), _SIZE["cuda"], _TIMES["cuda"])


def _by_torch(device: Any, size: int, times: int) -> tuple[float, bool]:
    """In bfloat16, as most of training is: TFLOP/s, and whether the answer was right."""
    import torch

    left, right, vector, answer = _matrices(size)
    a, b = (torch.from_numpy(matrix).to(device, torch.bfloat16) for matrix in (left, right))
    for _ in range(times):  # clocks rise under load
        product = a @ b
    product[0, 0].item()  # waits until all is done
    began = time.perf_counter()
    for _ in range(times):
        product = a @ b
    product[0, 0].item()
    seconds = time.perf_counter() - began
    right_answer = (product.cpu().to(torch.float64).numpy() @ vector == answer).all()
    return times * 2 * size**3 / seconds / 1e12, bool(right_answer)


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))))

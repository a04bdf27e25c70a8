"""The parts of `python -m benchmarks.gpu`, each in a process of its own: `python -m benchmarks.gpu_parts NAME`.

A kernel that reads where it must not takes the whole process' device with it, a compiler may hang, and memory falls
apart; the other parts begin afresh. What a part has found is in its file after every row.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import platform
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.gpu_rows import Report
from trainer.kernels.names import NAMES, Name

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Part:
    """`run` is module and function; `seconds` is what it may take, compiling included; `kernels` are checked first."""

    name: str
    seconds: int
    run: str
    kernels: tuple[Name, ...] = ()


PARTS = (  # the most important first: where time runs out, the last are left out
    Part("ceilings", 25, "gpu_ceilings:measure"),
    Part("attention", 75, "gpu_attention:causal", ("attention",)),
    Part("step_8b", 110, "gpu_steps:eight", NAMES),
    Part("step_1b", 60, "gpu_steps:one", NAMES),
    Part("linear_cross_entropy", 55, "gpu_linear_cross_entropy:measure", ("linear_cross_entropy",)),
    Part("documents", 80, "gpu_attention:documents", ("attention",)),
    Part("elementwise", 60, "gpu_elementwise:measure", ("rms_norm", "rope", "swiglu")),
    Part("curves", 60, "gpu_curves:measure", NAMES),
    Part("optimizer", 30, "gpu_optimizer:measure", ("adamw", "grad_norm")),
)
CHECKS = 90  # seconds, all kernels side by side


def report(command: str, tiny: bool = False, look: bool = True) -> Report:
    """An empty one of this device; who does not `look` leaves all of its memory to others."""
    import torch

    device: dict = {"name": platform.processor() or platform.machine(), "driver": None, "memory_gb": None,
                    "processors": None, "capability": None}  # fmt: skip
    if look and torch.cuda.is_available() and not tiny:
        found = torch.cuda.get_device_properties(0)
        device = {
            "name": found.name,
            "driver": _said("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"),
            "memory_gb": round(found.total_memory / 1e9, 1),
            "processors": found.multi_processor_count,
            "capability": f"{found.major}.{found.minor}",
        }
    cudnn = torch.backends.cudnn.version()
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cudnn": str(cudnn) if cudnn else None,
        "triton": _version("triton"),
        "liger": _version("liger-kernel"),
    }
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    commit = _said("git", "-C", str(ROOT), "rev-parse", "HEAD")
    return Report(date, command, device, versions, commit, tiny=tiny)


def run(part: str, bench, kernels: tuple[Name, ...] = NAMES) -> None:
    """One part, in this process."""
    warnings.filterwarnings("ignore")  # what is not deterministic among the references, and others' own
    if part == "checks":
        from benchmarks import gpu_checks

        gpu_checks.measure(bench, kernels)
        return
    where, name = next(each.run for each in PARTS if each.name == part).split(":")
    getattr(importlib.import_module(f"benchmarks.{where}"), name)(bench)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["checks", *(part.name for part in PARTS)])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="no row is begun later")
    parser.add_argument("--ceilings", help="as JSON, those that were measured")
    parser.add_argument("--kernels", nargs="*", choices=NAMES, default=NAMES, help="that are checked")
    parser.add_argument("--tiny", action="store_true", help="on a CPU, to see that the code runs")
    options = parser.parse_args()
    until = time.monotonic() + options.seconds
    import torch

    from benchmarks.gpu_bench import Bench

    found = report(" ".join(sys.argv), options.tiny)
    if options.ceilings:
        found.ceilings = json.loads(options.ceilings)
    device = torch.device("cpu" if options.tiny else "cuda:0")
    bench = Bench(device, found, options.out, until, options.tiny)
    bench.save()
    run(options.part, bench, tuple(options.kernels))
    bench.save()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _said(*command: str) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


if __name__ == "__main__":
    main()

"""Energy that this node's devices drew, where the driver counts it.

NVML counts millijoules since it was loaded (Volta and later) for a whole GPU; the CPU's packages count microjoules in
Linux' powercap (RAPL), readable by root alone on most machines since CVE-2020-8694. Where neither can be read there is
no figure: an estimate from a rated power is not a measurement.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

POWERCAP = Path("/sys/class/powercap")


class Meter:
    """Joules between calls, summed over the GPUs that ranks of this node use, or over the CPU's packages."""

    def __init__(self, device: torch.device, powercap: Path = POWERCAP) -> None:
        self.source = ""
        self._counters: list[Callable[[], float]] = []
        if device.type == "cuda":
            self._counters = _gpus()
            self.source = f"NVML, {len(self._counters)} of the GPUs of rank 0's node"
        else:
            self._counters, self.source = _packages(powercap), "RAPL, the packages of rank 0's CPU"
        if not self._counters:
            self.source = ""
        self._before = [counter() for counter in self._counters]

    def joules(self) -> float | None:
        """Since the last call, or since the meter was made; None where nothing counts, or a counter was reset."""
        if not self._counters:
            return None
        now = [counter() for counter in self._counters]
        spent = [after - before for before, after in zip(self._before, now, strict=True)]
        self._before = now
        return sum(spent) if min(spent) >= 0 else None


def _gpus() -> list[Callable[[], float]]:
    """A counter of each GPU that a rank of this node uses; none where the driver does not count, or is not asked."""
    try:
        import pynvml

        pynvml.nvmlInit()
        local = min(int(os.environ.get("LOCAL_WORLD_SIZE", "1")), torch.cuda.device_count())
        first = 0 if local > 1 else torch.cuda.current_device()
        handles = [_handle(pynvml, torch.cuda.get_device_properties(at).uuid) for at in range(first, first + local)]
        for handle in handles:
            pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)
    except Exception:  # NVML's own errors, a missing library, a torch that knows no uuid: all mean that nothing counts
        return []
    return [partial(_joules, pynvml, handle) for handle in handles]


def _joules(pynvml: Any, handle: Any) -> float:
    return pynvml.nvmlDeviceGetTotalEnergyConsumption(handle) / 1e3


def _handle(pynvml: Any, uuid: Any) -> Any:
    name = str(uuid)
    return pynvml.nvmlDeviceGetHandleByUUID(name if name.startswith("GPU-") else f"GPU-{name}")


def _packages(powercap: Path) -> list[Callable[[], float]]:
    """A counter of each package that may be read; each turns over at its own range, which is undone."""
    counters = []
    for zone in sorted(powercap.glob("intel-rapl:[0-9]*")):
        if zone.name.count(":") > 1 or not os.access(zone / "energy_uj", os.R_OK):
            continue  # intel-rapl:0:1 is a part of intel-rapl:0
        counters.append(_Package(zone).joules)
    return counters


class _Package:
    def __init__(self, zone: Path) -> None:
        self._file = zone / "energy_uj"
        self._range = int((zone / "max_energy_range_uj").read_text())
        self._turns, self._last = 0, 0

    def joules(self) -> float:
        now = int(self._file.read_text())
        self._turns += now < self._last
        self._last = now
        return (now + self._turns * self._range) / 1e6

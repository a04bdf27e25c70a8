"""The figures a simulation rests on, each with where it comes from; `--set name=value` changes any of them.

Llama 3: Grattafiori et al. 2024, arXiv:2407.21783, section 3.3.4 and table 5. MegaScale: Jiang et al. 2024, NSDI.
ByteRobust: Wan et al. 2025, SOSP, arXiv:2509.16293. ByteCheckpoint: Wan et al. 2025, NSDI, arXiv:2407.20143.
Gemini 2.5: arXiv:2507.06261, section 2.3. What nobody has published is marked as assumed; `python -m trainer.faults`
tells what the result would be at half and at twice of each figure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from trainer.errors import TrainingError

DAY = 86_400.0


@dataclass(frozen=True)
class Assumption:
    value: float
    unit: str
    source: str

    @property
    def assumed(self) -> bool:
        """Nobody has published it."""
        return self.source.startswith("assumed")


@dataclass(frozen=True)
class Cause:
    """A row of table 5. `stalls` is the share in which nothing ends, and the other ranks wait for one that is gone."""

    name: str
    count: int
    stalls: float | str = 0.0  # or the assumption that says it
    replaced: bool = True  # another node takes the place
    silent: bool = False


CAUSES = (
    Cause("faulty GPU", 148, stalls="gpu_stalls"),
    Cause("GPU HBM3 memory", 72),
    Cause("software bug", 54, replaced=False),
    Cause("network switch or cable", 35, stalls=1.0),
    Cause("unplanned host maintenance", 32),
    Cause("GPU SRAM memory", 19),
    Cause("GPU system processor", 17),
    Cause("NIC", 7, stalls=1.0),
    Cause("NCCL watchdog timeouts", 7, stalls=1.0, replaced=False),
    Cause("silent data corruption", 6, silent=True),
    Cause("GPU thermal interface and sensor", 6),
    Cause("SSD", 3),
    Cause("power supply", 3, stalls=1.0),
    Cause("server chassis", 2, stalls=1.0),
    Cause("IO expansion board", 2),
    Cause("dependency", 2, replaced=False),
    Cause("CPU", 2, stalls=1.0),
    Cause("system memory", 2),
)

ASSUMPTIONS: dict[str, Assumption] = {
    "gpus": Assumption(16_384, "GPUs", "Llama 3"),
    "days": Assumption(54, "days", "Llama 3"),
    "faults": Assumption(419, "in those days, at 16,384 GPUs", "Llama 3, table 5"),
    "planned": Assumption(47, "in those days", "Llama 3"),
    "shape": Assumption(1, "Weibull's; 1: exponential", "assumed; no distribution is published"),
    "gpu_stalls": Assumption(0.5, "of faulty GPUs", "assumed; Llama 3 says that they often stall without an error"),
    "manual": Assumption(3 / 419, "of faults", "Llama 3: three in 54 days needed a person"),
    "manual_wait": Assumption(7200, "s", "assumed"),
    "silent_after": Assumption(
        3600, "s until corruption is seen", "assumed; Gemini 2.5: many hours before it replayed"
    ),
    "timeout": Assumption(600, "s", "PyTorch: default timeout of NCCL collectives"),
    "heartbeat": Assumption(30, "s", "ByteRobust: a NIC's crash seen in 30 s, not by the timeout"),
    "exit_seen": Assumption(10, "s", "ByteRobust: a lost GPU or a memory error seen in 10 s"),
    "tests": Assumption(600, "s", "MegaScale: detection and diagnostic tests under 10 min on average; all of it"),
    "node_check": Assumption(60, "s", "assumed: each node tests itself, all at once"),
    "requeue": Assumption(600, "s", "Gemini 2.5: 10 minutes or more until machines are rescheduled"),
    "standby": Assumption(600 / 10.87, "s", "ByteRobust: warm standby is 10.87 times faster than requeue"),
    "processes": Assumption(60, "s", "assumed: imports, CUDA contexts, first step"),
    "communicators": Assumption(30, "s", "MegaScale: under 30 s on more than 10,000 GPUs"),
    "load": Assumption(129.49, "s", "ByteCheckpoint: 405B on 8,960 GPUs"),
    "save": Assumption(51.06, "s", "ByteCheckpoint: 405B on 8,960 GPUs, end to end"),
    "block": Assumption(0.59, "s", "ByteCheckpoint: 405B on 8,960 GPUs, training stands still"),
    "hourly": Assumption(3600, "s between checkpoints", "assumed"),
    "step": Assumption(6.2, "s", "Llama 3: 16 M tokens, 405B, 400 TFLOP/s a GPU"),
    "copy_share": Assumption(0.0071, "of a step", "ByteRobust: MFU lost to a checkpoint every step"),
    "load_copy": Assumption(10, "s", "assumed: 300 MB a GPU from another node's memory"),
    "load_near": Assumption(10, "s", "assumed: 300 MB a GPU from the node's own memory, of a new node from storage"),
    "copies_lost": Assumption(0.02, "of faults", "assumed: both copies are gone"),
    "storage_every": Assumption(600, "s between those on storage, beside copies", "assumed"),
    "reconfigure": Assumption(30, "s", "Gemini 2.5: tens of seconds"),
    "slower": Assumption(0.03, "of throughput while a replica is away", "Gemini 2.5: around 97 %"),
}

Values = dict[str, float]


def values(changes: dict[str, float] | None = None) -> Values:
    """All assumptions by name, some of them changed. TrainingError for a name that there is not."""
    found = {name: each.value for name, each in ASSUMPTIONS.items()}
    for name, value in (changes or {}).items():
        if name not in found:
            raise TrainingError(f"{name}: is no assumption; there are {', '.join(found)}")
        if not 0 <= value < math.inf or (value == 0 and name in ("gpus", "days", "step")):
            raise TrainingError(f"{name}: must be {'above 0' if value == 0 else 'a number from 0 on'}, not {value:g}")
        found[name] = float(value)
    if not 0.2 <= found["shape"] <= 20:
        raise TrainingError(f"shape: must be from 0.2 to 20, not {found['shape']:g}")
    if between_faults(found) < 1:
        raise TrainingError(f"faults: {found['faults']:g} are more than one a second; nothing could be trained")
    return found


def between_faults(assumed: Values) -> float:
    """Seconds between unexpected faults, of all GPUs together: a fault of any stops all."""
    return assumed["days"] * DAY / max(assumed["faults"], 1e-9) * 16_384 / assumed["gpus"]

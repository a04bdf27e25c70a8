"""What `python -m benchmarks.gpu` measures, as its JSON holds it; `docs/gpu.md` is made from the same.

The file is one object:

    date        UTC, "2026-11-22T01:30:00"
    command     what was run
    device      {"name", "driver", "memory_gb", "processors", "capability"}; of a modelled report the device modelled
    versions    {"python", "torch", "cuda", "cudnn", "triton", "liger"}; liger is null where it is not installed
    commit      of the repository, or null where it is not known
    modelled    true where nothing was measured, but computed from compiled code
    tiny        true where sizes were those of a test on a CPU: no figure means anything then
    ceilings    {"matmul": FLOP/s, "copy": bytes/s, "measured": whether in this run}: what shares are shares of
    seconds     {part: seconds it took}, in the order they ran
    skipped     {part: why it did not run, or did not end}
    checks      [Check]
    rows        [Row]
    steps       [Step]
    curves      [Curve]

Every kernel's own row has the implementation "ours". A reference that could not be had is a row of its own, `ms` null
and `note` "not available: reason".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from trainer import atomic

OURS = "ours"
MATMUL, COPY = 788e12, 4.3e12  # FLOP/s in bf16 and bytes/s of an H200, measured 2026-10: where a run measures none


@dataclass(frozen=True)
class Check:
    """One kernel's results on the device beside a reference in fp64."""

    kernel: str
    case: str
    dtype: str  # bf16, fp16, fp32
    error: float | None  # norm of the difference over that of the reference, the worst result's; null: no number
    bound: float  # what it may be: twice the error of the reference in the same type, or a floor of the type
    same_bits: bool  # twice on the same inputs
    holds: bool
    note: str = ""  # what failed


@dataclass(frozen=True)
class Row:
    """One way of computing one thing."""

    part: str  # attention, documents, linear_cross_entropy, rms_norm, rope, swiglu, adamw, grad_norm, ceilings
    case: str  # "head_dim 128, 8,192 causal, forward"
    implementation: str  # ours, eager, torch.compile, SDPA cuDNN, SDPA flash, SDPA mask, FlexAttention, Liger, ...
    ms: float | None  # median
    flops: float = 0.0  # that the task needs, whatever is done: nothing is counted that is made anew
    bytes: float = 0.0  # each input read once, each result written once
    share: float | None = None  # of the roofline: the larger of bytes / copy and flops / matmul, over the time
    ratio: float | None = None  # its time over ours: above 1, ours is faster; of our own row null
    memory_gb: float | None = None  # highest while it runs, less what its inputs take; 1e9 bytes
    note: str = ""
    modelled: bool = False

    @property
    def tflops(self) -> float | None:
        """10^12 FLOP/s of what the task needs."""
        return self.flops / self.ms / 1e9 if self.ms and self.flops else None

    @property
    def gb_s(self) -> float | None:
        """10^9 bytes/s of what the task needs."""
        return self.bytes / self.ms / 1e6 if self.ms and self.bytes else None


@dataclass(frozen=True)
class Step:
    """A whole training step: forward, backward, gradient norm, AdamW."""

    model: str  # 8B, 1B
    documents: str  # "one a row", "mean 300", "mean 1,000", "mean 4,000"
    kernels: str  # triton, reference, triton attention only
    length: int  # tokens a row
    tokens: int  # a step
    settings: str  # "checkpointing selective, bf16 states, 1 row at a time"
    ms: float | None  # median
    tokens_s: float | None = None
    mfu: dict[str, float] = field(default_factory=dict)  # causal, exact, palm; 0 to 1, empty where no peak is known
    memory_gb: float | None = None  # highest allocated; 1e9 bytes
    breakdown: dict[str, float] = field(default_factory=dict)  # ms of the device by kind of kernel; empty: not profiled
    note: str = ""
    modelled: bool = False


@dataclass(frozen=True)
class Curve:
    """Losses of one small model, trained with one way of computing from one seed."""

    kernels: str  # triton, reference
    seed: int
    every: int  # steps between two of `losses`
    losses: list[float]  # nats a token, each the mean over `every` steps


@dataclass
class Report:
    date: str
    command: str
    device: dict[str, Any]
    versions: dict[str, str | None]
    commit: str | None = None
    modelled: bool = False
    tiny: bool = False
    ceilings: dict[str, Any] = field(default_factory=lambda: {"matmul": MATMUL, "copy": COPY, "measured": False})
    seconds: dict[str, float] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)

    def roofline_ms(self, flops: float, moved: float) -> float:
        """The least that work of so many operations and bytes can take on this device."""
        return 1e3 * max(flops / self.ceilings["matmul"], moved / self.ceilings["copy"])

    def write(self, path: Path) -> None:
        """Whole or not at all: whoever is killed leaves what the parts before wrote."""
        atomic.write(path, json.dumps(asdict(self), indent=1) + "\n")


def of_json(listed: Mapping[str, Any]) -> Report:
    """A report as `write` left it."""
    kinds = {"checks": Check, "rows": Row, "steps": Step, "curves": Curve}
    made = {name: [kind(**each) for each in listed[name]] for name, kind in kinds.items()}
    return Report(**{**listed, **made})


def read(path: Path) -> Report:
    return of_json(json.loads(path.read_text("utf-8")))

"""How a thing is timed on the device, and what becomes of it: a row, also where it could not be had.

Calls are queued while the device is kept waiting, so that what Python takes to launch them is not counted: what a
kernel takes on the device is. As many sets of inputs are gone through in turn as exceed the second-level cache four
times. A sample is the mean of calls one after the other that take a millisecond or more; the row has the median of
samples. Inputs are random: zeros make matrix products faster than data does. Nothing is measured on a CPU: its times
only show that the code runs.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import torch
from torch import Tensor

from benchmarks.gpu_rows import OURS, Report, Row

Work = Callable[[], object]
CACHE = 60 << 20  # bytes of an H200's second level
CYCLES = 2e9  # a second, at most
DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}


@dataclass
class Bench:
    """Where a part puts its rows; `out` has all of them after each."""

    device: torch.device
    report: Report
    out: Path | None = None
    until: float = float("inf")  # by time.monotonic: no row is begun later
    tiny: bool = False

    def compare(
        self, part: str, case: str, ways: Mapping[str, Callable[[int], Work]], *,
        flops: float = 0.0, moved: float = 0.0, milliseconds: float = 150.0, note: str = "",
    ) -> None:  # fmt: skip
        """One row for each way; a way makes the work on inputs of a seed. Ours is the first, and others' measure."""
        ours = None
        for name, made in ways.items():
            row = self._row(part, case, name, made, flops, moved, milliseconds)
            if name == OURS:
                ours = row["ms"]
            elif ours and row["ms"]:
                row["ratio"] = row["ms"] / ours
            self.add(Row(part, case, name, **{**row, "note": "; ".join(filter(None, (row["note"], note)))}))

    def add(self, row: Row) -> None:
        self.report.rows.append(row)
        shown = "         -" if row.ms is None else f"{row.ms:10.4f} ms"
        print(f"{shown}  {row.part}: {row.case}: {row.implementation} {row.note}", flush=True)
        self.save()

    def save(self) -> None:
        if self.out is not None:
            self.report.write(self.out)

    def _row(self, part: str, case: str, name: str, made: Callable[[int], Work], flops: float, moved: float,
             milliseconds: float) -> dict:  # fmt: skip
        row: dict = {"ms": None, "flops": flops, "bytes": moved, "note": ""}
        if time.monotonic() > self.until:
            return row | {"note": "not available: no time was left"}
        works: list[Work] = []
        try:
            works = [made(seed) for seed in range(1 if self.tiny else sets(moved))]
            row["memory_gb"] = self.peak(works[0])
            row["ms"] = self.median_ms(works, milliseconds)
            row["share"] = self.report.roofline_ms(flops, moved) / row["ms"]
        except Exception as error:  # whatever others' code raises; the run goes on
            row["note"] = f"not available: {shortly(error)}"
        finally:
            works.clear()
            self.forget()
        return row

    def peak(self, work: Work) -> float | None:
        """Highest memory while `work` runs, over what was held before: 1e9 bytes. The second time: all is compiled."""
        if self.device.type != "cuda":
            return None
        work()
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        work()
        torch.cuda.synchronize()
        return (torch.cuda.max_memory_allocated() - before) / 1e9

    def median_ms(self, works: Sequence[Work], milliseconds: float = 150.0) -> float:
        """Of one call; about as many milliseconds are spent as are asked for."""
        if self.device.type != "cuda":
            return median(_host_seconds(work) for work in works) * 1e3
        for work in works:  # what is compiled or chosen at the first call
            work()
        torch.cuda.synchronize()
        begun = time.perf_counter()
        first = _between(works, len(works))
        host = time.perf_counter() - begun
        each = max(first / len(works), 1e-3)
        calls = max(len(works), min(64, -int(-1.0 // each)))
        samples = max(5, min(100, int(milliseconds / (calls * each))))
        waiting = int(min(0.2, 1.5 * host * calls / len(works)) * CYCLES)
        found = []
        for _ in range(samples):
            torch.cuda._sleep(waiting)
            found.append(_between(works, calls) / calls)
        return median(found)

    def forget(self) -> None:
        """Give back what nothing holds any more."""
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def randn(self, *shape: int, seed: int, dtype: torch.dtype = torch.bfloat16) -> Tensor:
        generator = torch.Generator(self.device).manual_seed(seed)
        return torch.randn(*shape, generator=generator, device=self.device, dtype=dtype)


def forward(function: Callable, *inputs: Tensor) -> Work:
    """As training calls it: what the backward pass needs is kept."""
    for each in inputs:
        each.requires_grad_(each.is_floating_point())
    return lambda: function(*inputs)


def backward(function: Callable, *inputs: Tensor) -> Work:
    """The backward pass alone; the forward pass is done here, once."""
    for each in inputs:
        each.requires_grad_(each.is_floating_point())
    wanted = [each for each in inputs if each.requires_grad]
    results = function(*inputs)
    results = results if isinstance(results, tuple) else (results,)
    results = tuple(result for result in results if result.requires_grad)
    along = [torch.randn_like(result) for result in results]
    return lambda: torch.autograd.grad(results, wanted, along, retain_graph=True)


def compiled(function: Callable, device: torch.device) -> Callable:
    """By torch.compile; a CPU only walks through its first half."""
    import torch._functorch.config

    torch._dynamo.reset()  # shapes that came before count for nothing
    torch._functorch.config.donated_buffer = False  # a backward pass is run again and again
    return torch.compile(function, dynamic=False, backend="inductor" if device.type == "cuda" else "aot_eager")


def sets(moved: float) -> int:
    """Sets of inputs of so many bytes that together exceed the cache four times."""
    return int(min(8, max(1, -(-4 * CACHE // max(moved, 1)))))


def shortly(error: BaseException) -> str:
    """The first line of an error, or its kind where it says nothing."""
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {said}"[:200]


def _between(works: Sequence[Work], calls: int) -> float:
    """Milliseconds of the device for so many calls, one set of inputs after another."""
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for at in range(calls):
        works[at % len(works)]()
    end.record()
    torch.cuda.synchronize()
    return start.elapsed_time(end)


def _host_seconds(work: Work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun

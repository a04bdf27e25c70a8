"""What this device can do at most: a large matrix product, and a copy within its memory. Shares are shares of these."""

from __future__ import annotations

import torch

from benchmarks.gpu_bench import Bench
from benchmarks.gpu_rows import Row


def measure(bench: Bench) -> None:
    side, held = (64, 1 << 16) if bench.tiny else (8192, 1 << 32)
    a, b = (bench.randn(side, side, seed=at) for at in range(2))
    into = torch.empty_like(a)
    ms = bench.median_ms([lambda: torch.mm(a, b, out=into)], 300)
    matmul, flops = 2 * side**3 / ms * 1e3, 2.0 * side**3
    note = "what shares of operations are shares of"
    bench.add(Row("ceilings", f"matrix product, {side:,}^3 bf16", "torch.mm", ms, flops=flops, note=note))
    source = bench.randn(held // 4, seed=2, dtype=torch.float32)
    target = torch.empty_like(source)
    ms = bench.median_ms([lambda: target.copy_(source)], 300)
    note = "what shares of memory's speed are shares of"
    bench.add(Row("ceilings", f"copy of {held / 1e9:.1f} GB", "torch", ms, bytes=2.0 * held, note=note))
    bench.report.ceilings = {"matmul": matmul, "copy": 2 * held / ms * 1e3, "measured": bench.device.type == "cuda"}
    bench.save()

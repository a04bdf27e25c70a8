"""How far from its bounds a Triton attention kernel was measured to be: the one figure that the model takes from a GPU.

Shah et al. 2024 (FlashAttention-3, figure 5) measured Triton's tutorial kernel on an H100 at a fixed 1,830 MHz: 392
TFLOP/s at head width 128 and rows of 8 k without a mask, 401 at width 64, 369 causal at 128. The kernel here does the
same work: no mask, plain pointers, query tiles of 128 and key tiles of 64 as the tutorial had them then, compiled by
the Triton that is installed rather than that of April 2024. So this is one kernel of one paper: n = 1, and two widths.

Newer compilers did better at clocks nobody fixed (464 and 470 TFLOP/s without a mask, facebookexperimental/triton 205
and pytorch/benchmark 2391), so that what is taken from here is on the careful side.
"""

from __future__ import annotations

from dataclasses import dataclass

import triton
import triton.language as tl

from benchmarks import gpu_model_device as device
from benchmarks.gpu_model_sass import cycles, matrix_loops
from trainer.kernels.ahead import Case, compiled, listing

MEASURED = {128: 392e12, 64: 401e12}  # FLOP/s by head width, without a mask
TILES = tuple({"BM": 128, "BN": bn, "num_warps": warps, "num_stages": 3} for bn in (32, 64) for warps in (4, 8))


@triton.jit
def plain_kernel(q, k, v, out, rows, scale, D: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr):
    """Attention of every row to every row; heads one after the other, each [rows, D]."""
    base = tl.program_id(1).to(tl.int64) * rows * D
    at = tl.program_id(0) * BM + tl.arange(0, BM)
    d = tl.arange(0, D)
    queries = tl.load(q + base + at[:, None] * D + d[None, :])
    most = tl.full([BM], -float("inf"), tl.float32)
    total = tl.full([BM], 1.0, tl.float32)
    mean = tl.zeros([BM, D], tl.float32)
    scale *= 1.44269504
    for start in range(0, rows, BN):
        key = start + tl.arange(0, BN)
        scores = tl.dot(queries, tl.trans(tl.load(k + base + key[:, None] * D + d[None, :])))
        now = tl.maximum(most, tl.max(scores, 1) * scale)
        p = tl.exp2(scores * scale - now[:, None])
        keep = tl.exp2(most - now)
        total = total * keep + tl.sum(p, 1)
        values = tl.load(v + base + key[:, None] * D + d[None, :])
        mean = tl.dot(p.to(values.dtype), values, mean * keep[:, None])
        most = now
    tl.store(out + base + at[:, None] * D + d[None, :], (mean / total[:, None]).to(out.dtype.element_ty))


@dataclass(frozen=True)
class Calibration:
    """TFLOP/s, measured and by the bounds of the compiled code."""

    head_dim: int
    tiles: dict[str, int]
    programs: int  # on an SM
    measured: float
    overlapped: float
    serial: float

    @property
    def place(self) -> float:
        """Where the measured time lies: 0 is all pipes at once, 1 none beside another."""
        return (1 / self.measured - 1 / self.overlapped) / (1 / self.serial - 1 / self.overlapped)


def calibrated(head_dim: int) -> Calibration:
    """At the tiles of the best serial bound among those that spill nothing, as an autotuner might have chosen."""
    found = [each for tiles in TILES if (each := _at(head_dim, tiles)) is not None]
    return max(found, key=lambda each: each.serial)


def case(head_dim: int, tiles: dict[str, int]) -> Case:
    signature = dict.fromkeys(("q", "k", "v", "out"), "*bf16") | {"rows": "i32", "scale": "fp32"}
    return Case("plain", plain_kernel, signature, tiles | {"D": head_dim}, True, ("rows",))


def _at(head_dim: int, tiles: dict[str, int]) -> Calibration | None:
    done = compiled(case(head_dim, tiles))
    if done.spills:
        return None
    turn = cycles(matrix_loops(listing(case(head_dim, tiles)))[0], done.warps)
    flops = 4 * tiles["BM"] * tiles["BN"] * head_dim * device.SMS * device.CLOCK / 1e12
    programs = device.programs(done.registers, done.warps, done.shared)
    measured = MEASURED[head_dim] / 1e12
    return Calibration(head_dim, tiles, programs, measured, flops / turn.overlapped, flops / turn.serial)

"""What a Hopper SM does a clock, and what one H200 was measured to reach: the constants of the model, with sources.

Rates: CUDA C++ Programming Guide, table of arithmetic throughput, compute capability 9.0 (results a clock and SM), and
the occupancy limits of the same guide. Tensor cores: NVIDIA's dense bf16 peak of 989.4 TFLOP/s is 132 SMs of 4,096
FLOP a clock at 1,830 MHz, the clock at which Shah et al. 2024 (FlashAttention-3, appendix C.1) fixed their H100; so
their figures are cycles. An H100 and an H200 SXM have the same SMs; memory differs.
"""

from __future__ import annotations

import math

SMS = 132
CLOCK = 1.83e9
PEAK = 989.4e12  # dense bf16

TENSOR = 4096  # bf16 FLOP a clock and SM; half of it in tf32
SPECIAL = 16  # exp2, reciprocal, conversions of integers
FP32 = 128  # add, multiply, fused
INTEGER = 64  # add, compare, minimum, select, logic, shift, packing to bf16
SHUFFLE = 32
ISSUE = 4  # instructions of a warp, one each scheduler
SHARED_BYTES = 128

REGISTERS = 65_536
SHARED = 228 * 1024
RESERVED = 1024  # of shared memory, for each program
WARPS = 64
PROGRAMS = 32

COPY = 4.3e12  # bytes a second, read and written, measured with a large copy on one H200 (notes of this repository)
MATMUL = 788e12  # FLOP/s, measured with a large bf16 product of random numbers on one H200 (the same)
IN_FLIGHT = 48 * 1024  # bytes an SM must have under way to fill an H200's memory (NVIDIA's CCCL, tuning of transform)
SLOW_CLOCK = 1.65e9  # under the power limit, assumed: what slow bounds of the SMs' own work are counted with


def programs(registers: int, warps: int, shared: int) -> int:
    """How many programs of a kernel one SM holds: registers are given out a warp at a time, in units of 256."""
    by_registers = REGISTERS // (warps * max(256, math.ceil(registers * 32 / 256) * 256))
    by_shared = SHARED // (math.ceil(shared / 128) * 128 + RESERVED)
    return min(PROGRAMS, WARPS // warps, by_registers, by_shared)


def occupancy(registers: int, warps: int, shared: int) -> float:
    """The share of an SM's 64 warps."""
    return programs(registers, warps, shared) * warps / WARPS

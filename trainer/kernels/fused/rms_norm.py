"""RMSNorm with the residual stream, forward and backward. Memory-bound: 4 elements a place each way.

Forward, a program holds one row. Backward, a fixed number of programs walk the rows, the next ones on their way into
shared memory meanwhile, and each adds up what its rows give to the weight's gradient: fp32 [programs, D], which a
second kernel adds up in order. How many they are is a tile like others and not the device's number of processors: the
same rows give the same sums on every machine. The default fills an H100's or H200's 132 processors.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from trainer.kernels import tuned
from trainer.kernels.ahead import Case

WIDE = 16384  # from here on a row's gradients do not fit the registers, and are read a second time from the cache
SUM = {"ROWS": 128, "COLUMNS": 16, "num_warps": 4}
CANDIDATES_FORWARD = [{"num_warps": warps} for warps in (4, 8, 16)]
CANDIDATES_BACKWARD = [
    {"PROGRAMS": programs, "STAGES": stages, "num_warps": warps}
    for programs in (264, 528, 1056)
    for stages in (1, 2, 3)
    for warps in (8, 16)
]


@triton.jit
def forward_kernel(x, residual, weight, normed, stream, rstd, eps, DIM: tl.constexpr, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    at = tl.arange(0, BLOCK)
    kind = normed.dtype.element_ty
    s = tl.load(x + row * DIM + at, mask=at < DIM, other=0.0)
    w = tl.load(weight + at, mask=at < DIM, other=0.0).to(tl.float32)
    if residual is not None:
        r = tl.load(residual + row * DIM + at, mask=at < DIM, other=0.0)
        s = (s.to(tl.float32) + r.to(tl.float32)).to(kind)
        tl.store(stream + row * DIM + at, s, mask=at < DIM)
    precise = s.to(tl.float32)
    scale = tl.rsqrt(tl.sum(precise * precise) / DIM + eps)
    tl.store(rstd + row, scale)
    rounded = (precise * scale).to(kind).to(tl.float32)  # where the reference rounds
    tl.store(normed + row * DIM + at, (rounded * w).to(kind), mask=at < DIM)


@triton.jit
def backward_kernel(
    grad,
    grad_stream,
    stream,
    weight,
    rstd,
    grad_x,
    partial,
    rows,
    DIM: tl.constexpr,
    BLOCK: tl.constexpr,
    AGAIN: tl.constexpr,
    STAGES: tl.constexpr,
):
    at = tl.arange(0, BLOCK)
    w = tl.load(weight + at, mask=at < DIM, other=0.0).to(tl.float32)
    summed = tl.zeros((BLOCK,), tl.float32)
    for row in tl.range(tl.program_id(0), rows, tl.num_programs(0), num_stages=STAGES):
        begin = row * tl.full((), DIM, tl.int64)  # interpreted, `row` is an int of Python's
        scale = tl.load(rstd + row)
        if AGAIN:
            w = tl.load(weight + at, mask=at < DIM, other=0.0).to(tl.float32)
        g = tl.load(grad + begin + at, mask=at < DIM, other=0.0).to(tl.float32)
        s = tl.load(stream + begin + at, mask=at < DIM, other=0.0).to(tl.float32)
        along = tl.sum(g * w * s) * scale / DIM
        if AGAIN:  # another policy, or the compiler would take what it has loaded already
            w = tl.load(weight + at, mask=at < DIM, other=0.0, eviction_policy="evict_last").to(tl.float32)
            g = tl.load(grad + begin + at, mask=at < DIM, other=0.0, eviction_policy="evict_first").to(tl.float32)
            s = tl.load(stream + begin + at, mask=at < DIM, other=0.0, eviction_policy="evict_first").to(tl.float32)
        unit = s * scale
        summed += g * unit
        d = (g * w - unit * along) * scale
        if grad_stream is not None:
            d += tl.load(grad_stream + begin + at, mask=at < DIM, other=0.0).to(tl.float32)
        tl.store(grad_x + begin + at, d.to(grad_x.dtype.element_ty), mask=at < DIM)
    tl.store(partial + tl.program_id(0).to(tl.int64) * DIM + at, summed, mask=at < DIM)


@triton.jit
def sum_kernel(partial, out, rows, DIM: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr):
    column = tl.program_id(0) * COLUMNS + tl.arange(0, COLUMNS)
    summed = tl.zeros((ROWS, COLUMNS), tl.float32)
    for begin in range(0, rows, ROWS):
        row = begin + tl.arange(0, ROWS)
        kept = (row < rows)[:, None] & (column < DIM)[None, :]
        summed += tl.load(partial + row.to(tl.int64)[:, None] * DIM + column[None, :], mask=kept, other=0.0)
    tl.store(out + column, tl.sum(summed, 0).to(out.dtype.element_ty), mask=column < DIM)


def forward(x: Tensor, residual: Tensor | None, weight: Tensor, eps: float) -> tuple[Tensor, Tensor, Tensor]:
    """x and residual [..., D], weight [D], all of one type: the norm, the sum, and fp32 [...] of what it was scaled by.

    Without a residual the sum is x, and what stands for it here is empty.
    """
    x, dim = x.contiguous(), x.shape[-1]
    normed = torch.empty_like(x)
    stream = torch.empty_like(x) if residual is not None else x.new_empty(0)
    rstd = x.new_empty(x.shape[:-1], dtype=torch.float32)
    tiles = tuned.of("rms_norm_forward", x, _forward_default(dim), dim=dim)
    residual = residual.contiguous() if residual is not None else None
    with torch.cuda.device_of(x):
        forward_kernel[(rstd.numel(),)](
            x, residual, weight.contiguous(), normed, stream, rstd, eps, DIM=dim, BLOCK=_block(dim), **tiles
        )
    return normed, stream, rstd


def backward(
    grad: Tensor, grad_stream: Tensor | None, stream: Tensor, weight: Tensor, rstd: Tensor
) -> tuple[Tensor, Tensor]:
    """The gradient of the sum, with `grad_stream`, its own from what comes later, added in; and the weight's."""
    dim, rows = stream.shape[-1], rstd.numel()
    grad_x, grad_weight = torch.empty_like(stream, memory_format=torch.contiguous_format), torch.empty_like(weight)
    tiles = dict(tuned.of("rms_norm_backward", stream, _backward_default(dim, stream.itemsize), dim=dim))
    programs = max(1, min(tiles.pop("PROGRAMS"), rows))
    partial = stream.new_empty(programs, dim, dtype=torch.float32)
    grad_stream = grad_stream.contiguous() if grad_stream is not None else None
    given = grad.contiguous(), grad_stream, stream.contiguous(), weight.contiguous(), rstd
    with torch.cuda.device_of(stream):
        backward_kernel[(programs,)](*given, grad_x, partial, rows, DIM=dim, **_backward_tiles(dim), **tiles)
        sum_kernel[(triton.cdiv(dim, SUM["COLUMNS"]),)](partial, grad_weight, programs, DIM=dim, **SUM)
    return grad_x, grad_weight


def _block(dim: int) -> int:
    return triton.next_power_of_2(dim)


def _backward_tiles(dim: int) -> dict[str, Any]:
    return {"BLOCK": _block(dim), "AGAIN": _block(dim) >= WIDE}


def _forward_default(dim: int) -> tuned.Tiles:
    """16 elements a thread: two loads of 16 bytes of each tensor."""
    return {"num_warps": min(max(_block(dim) // 512, 1), 32)}


def _backward_default(dim: int, itemsize: int = 2) -> tuned.Tiles:
    """8 elements a thread and 64 registers: 32 warps share a processor, with 96 KB of rows on their way to it."""
    block = _block(dim)
    stages = 1 if block >= WIDE else 2 if block * itemsize > 16384 else 3  # more would not fit shared memory
    return {
        "PROGRAMS": min(max(264 * 4096 // block, 132), 1056),
        "STAGES": stages,
        "num_warps": min(max(block // 256, 1), 32),
    }


def cases() -> Iterator[Case]:
    """Both passes of the norms of 8B and 1B, and of 405B, whose rows are read twice."""
    for dim in (4096, 2048, 16384):
        like = dict.fromkeys(("x", "residual", "weight", "normed", "stream"), "*bf16")
        tiles = tuned.shipped("H200", "rms_norm_forward", tuned.key(dim=dim), _forward_default(dim))
        tiles = {"DIM": dim, "BLOCK": _block(dim)} | tiles
        yield Case(f"rms_norm_forward_{dim}", forward_kernel, like | {"rstd": "*fp32", "eps": "fp32"}, tiles)

        like = dict.fromkeys(("grad", "grad_stream", "stream", "weight", "grad_x"), "*bf16")
        tiles = tuned.shipped("H200", "rms_norm_backward", tuned.key(dim=dim), _backward_default(dim))
        programs = tiles["PROGRAMS"]
        tiles = {"DIM": dim} | _backward_tiles(dim) | {name: tiles[name] for name in tiles if name != "PROGRAMS"}
        signature = like | {"rstd": "*fp32", "partial": "*fp32", "rows": "i32"}
        yield Case(f"rms_norm_backward_{dim}", backward_kernel, signature, tiles, aligned=("rows",))

        signature = {"partial": "*fp32", "out": "*bf16", "rows": "i32"}
        aligned = ("rows",) if programs % 16 == 0 else ()
        yield Case(f"rms_norm_sum_{dim}", sum_kernel, signature, {"DIM": dim} | SUM, aligned=aligned)


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """8,192 rows of 8B and of 1B."""
    for dim in (4096, 2048):
        x, residual = (torch.randn(8192, dim, dtype=torch.bfloat16, device=device) for _ in range(2))
        weight = torch.ones(dim, dtype=torch.bfloat16, device=device)
        yield tuned.Trial("rms_norm_forward", CANDIDATES_FORWARD, functools.partial(forward, x, residual, weight, 1e-5))
        _, stream, rstd = forward(x, residual, weight, 1e-5)
        both = functools.partial(backward, x, residual, stream, weight, rstd)
        yield tuned.Trial("rms_norm_backward", CANDIDATES_BACKWARD, both)

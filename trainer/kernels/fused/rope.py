"""Rotary positions of queries and keys in one launch. Memory-bound: 2 elements a place each way.

A program turns some rows, a row being a head of a token: the first programs queries, those after them keys. Each row
gathers its position's cos and sin, which the heads of a token find in the cache. The backward pass turns the other way.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import torch
import triton
import triton.language as tl
from torch import Tensor

from trainer.kernels import tuned
from trainer.kernels.ahead import Case

CANDIDATES = [{"PAIRS": pairs, "num_warps": warps} for pairs in (1024, 2048, 4096) for warps in (2, 4, 8)]
DEFAULT = {"PAIRS": 2048, "num_warps": 8}  # 32 registers: a processor's 2,048 threads have 64 KB on the way


@triton.jit
def turn(
    x,
    out,
    stride_row,
    stride_head,
    positions,
    cos,
    sin,
    length,
    program,
    BACK: tl.constexpr,
    HEADS: tl.constexpr,
    HALF: tl.constexpr,
    ROWS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """One sequence's rows; `x` and `out` begin at it."""
    at = program * ROWS + tl.arange(0, ROWS)
    token, head = at // HEADS, at % HEADS
    column = tl.arange(0, BLOCK)[None, :]  # of the lower half; each turns with the one HALF further
    kept = (token < length)[:, None] & (column < HALF)
    begin = (token.to(tl.int64) * stride_row + head.to(tl.int64) * stride_head)[:, None] + column
    low = tl.load(x + begin, mask=kept, other=0.0).to(tl.float32)
    high = tl.load(x + begin + HALF, mask=kept, other=0.0).to(tl.float32)
    position = tl.load(positions + token, mask=token < length, other=0).to(tl.int64)
    turned = position[:, None] * HALF + column
    c = tl.load(cos + turned, mask=kept, other=0.0)
    s = tl.load(sin + turned, mask=kept, other=0.0)
    if BACK:
        s = -s
    to = at.to(tl.int64)[:, None] * (2 * HALF) + column
    tl.store(out + to, (low * c - high * s).to(out.dtype.element_ty), mask=kept)
    tl.store(out + to + HALF, (high * c + low * s).to(out.dtype.element_ty), mask=kept)


@triton.jit
def rope_kernel(
    q,
    k,
    out_q,
    out_k,
    positions,
    cos,
    sin,
    length,
    stride_qb,
    stride_qr,
    stride_qh,
    stride_kb,
    stride_kr,
    stride_kh,
    BACK: tl.constexpr,
    H: tl.constexpr,
    K: tl.constexpr,
    HALF: tl.constexpr,
    ROWS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    batch = tl.program_id(1).to(tl.int64)
    positions += batch * length
    of_q = tl.cdiv(length * H, ROWS)
    at = tl.program_id(0)
    if at < of_q:
        q += batch * stride_qb
        out_q += batch * length * (H * 2 * HALF)
        turn(q, out_q, stride_qr, stride_qh, positions, cos, sin, length, at, BACK, H, HALF, ROWS, BLOCK)
    else:
        k += batch * stride_kb
        out_k += batch * length * (K * 2 * HALF)
        turn(k, out_k, stride_kr, stride_kh, positions, cos, sin, length, at - of_q, BACK, K, HALF, ROWS, BLOCK)


def rope(
    q: Tensor, k: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, back: bool = False
) -> tuple[Tensor, Tensor]:
    """q [B, S, H, D] and k [B, S, K, D] in any layout, turned, or turned `back`; gives them contiguous."""
    q, k = (x if x.stride(-1) == 1 else x.contiguous() for x in (q, k))
    batch, length, heads, dim = q.shape
    out_q, out_k = (torch.empty_like(x, memory_format=torch.contiguous_format) for x in (q, k))
    tiles = dict(tuned.of("rope", q, DEFAULT, head_dim=dim))
    block = triton.next_power_of_2(dim // 2)
    rows = max(1, tiles.pop("PAIRS") // block)
    programs = triton.cdiv(length * heads, rows) + triton.cdiv(length * k.shape[2], rows)
    positions = positions.expand(batch, length).contiguous()
    given = q, k, out_q, out_k, positions, cos.contiguous(), sin.contiguous(), length, *q.stride()[:3], *k.stride()[:3]
    with torch.cuda.device_of(q):
        rope_kernel[(programs, batch)](
            *given, BACK=back, H=heads, K=k.shape[2], HALF=dim // 2, ROWS=rows, BLOCK=block, **tiles
        )
    return out_q, out_k


def cases() -> Iterator[Case]:
    """Both passes of 8B and 1B."""
    for dim in (128, 64):
        tiles = tuned.shipped("H200", "rope", tuned.key(head_dim=dim), DEFAULT)
        rows = tiles["PAIRS"] // (dim // 2)
        shape = {"H": 32, "K": 8, "HALF": dim // 2, "ROWS": rows, "BLOCK": dim // 2, "num_warps": tiles["num_warps"]}
        ints = ("length", *(f"stride_{x}{axis}" for x in "qk" for axis in "brh"))
        signature = dict.fromkeys(("q", "k", "out_q", "out_k"), "*bf16") | dict.fromkeys(("cos", "sin"), "*fp32")
        signature |= {"positions": "*i64"} | dict.fromkeys(ints, "i32")
        for name, back in (("forward", False), ("backward", True)):
            yield Case(f"rope_{name}_{dim}", rope_kernel, signature, shape | {"BACK": back}, aligned=ints)


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """A row of 8,192 tokens of 8B and of 1B."""
    for dim in (128, 64):
        q, k = (torch.randn(1, 8192, heads, dim, dtype=torch.bfloat16, device=device) for heads in (32, 8))
        positions = torch.ones(1, 8192, dtype=torch.int64, device=device).cumsum(1) - 1
        angles = torch.randn(8192, dim // 2, device=device)
        run = functools.partial(rope, q, k, positions, angles.cos(), angles.sin())
        yield tuned.Trial("rope", CANDIDATES, run)

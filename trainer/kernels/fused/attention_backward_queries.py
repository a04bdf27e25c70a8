"""Attention's backward pass, the gradient of queries: a program a tile of queries loops over their documents' keys.

As the forward pass, with the weights computed anew from its `lse` (Dao 2023): 6 * D FLOPs a query, head and key. The
queries and the gradient stay in registers. One loop with a branch for the mask, which tiles within a document and off
the diagonal do not need: a second loop would fill its pipeline anew, and documents are short.

Beside it gives `delta`, each query's gradient times its output, which the gradient of keys needs as well. Both are at
hand here; a kernel of its own would read the gradient once more, 16 us of 8B's 8,192 tokens at 4.3 TB/s.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from trainer.kernels import tuned
from trainer.kernels.ahead import Case
from trainer.kernels.fused.attention_forward import descriptor, packed, roomy

_LOG2_E = tl.constexpr(1.4426950408889634)

# By width of a head, on Hopper: two programs a processor at 64, so that one's exponents are computed during the other's
# products. `PORTABLE` is for GPUs with less shared memory.
DEFAULT: dict[int, tuned.Tiles] = {
    64: {"BM": 128, "BN": 32, "num_warps": 4, "num_stages": 3},
    128: {"BM": 128, "BN": 64, "num_warps": 8, "num_stages": 3},
    256: {"BM": 64, "BN": 64, "num_warps": 8, "num_stages": 2},
}
PORTABLE: tuned.Tiles = {"BM": 64, "BN": 32, "num_warps": 8, "num_stages": 1}
# fp32, which the matrix units round: what spills nothing at 128, and at 256 fits 99 KB.
EXACT: tuned.Tiles = {"BM": 16, "BN": 16, "num_warps": 8, "num_stages": 1}
CANDIDATES = [
    {"BM": rows, "BN": columns, "num_warps": warps, "num_stages": stages}
    for rows, columns, warps in ((128, 64, 8), (128, 32, 8), (128, 32, 4), (64, 64, 4), (64, 32, 4), (64, 128, 4))
    for stages in (2, 3, 4)
]


@triton.jit
def queries_kernel(
    queries,
    keys,
    values,
    out,
    grad,
    grad_queries,
    lse,
    delta,
    starts,
    length,
    first_row,
    exponent,
    heads,
    group,
    batches,
    D: tl.constexpr,
    BM: tl.constexpr,
    BN: tl.constexpr,
    PACK: tl.constexpr,
):
    PLACES: tl.constexpr = BM // PACK
    packs = heads // PACK
    program = tl.program_id(0)
    head = program % packs * PACK
    kv = head // group
    batch = program // packs % batches
    # The last queries see the most keys where documents are long: they come first, so that no long tile comes last.
    place = (tl.cdiv(length, PLACES) - 1 - program // packs // batches) * PLACES
    places = place + tl.arange(0, BM) // PACK
    inside = places < length
    row = first_row + places
    starts += batch.to(tl.int64) * length
    start = tl.load(starts + places, mask=inside, other=0)
    last = tl.minimum(place + PLACES, length) - 1
    whole = tl.load(starts + last)  # from here on every query sees every key that comes before the diagonal
    diagonal = first_row + place

    q = queries.load([batch, place, head, 0]).reshape(BM, D)
    do = grad.load([batch, place, head, 0]).reshape(BM, D)
    o = out.load([batch, place, head, 0]).reshape(BM, D)
    d = tl.sum(o.to(tl.float32) * do.to(tl.float32), 1)
    at = (batch.to(tl.int64) * heads + head + tl.arange(0, BM) % PACK) * length + places
    tl.store(delta + at, d, mask=inside)
    top = tl.load(lse + at, mask=inside, other=0.0)
    dq = tl.zeros([BM, D], tl.float32)
    for key in tl.range(tl.load(starts + place), first_row + last + 1, BN):
        k = keys.load([batch, key, kv, 0]).reshape(BN, D)
        v = values.load([batch, key, kv, 0]).reshape(BN, D)
        score = tl.dot(q, k.T, input_precision="ieee")
        dp = tl.dot(do, v.T, input_precision="ieee")
        p = tl.exp2(score * exponent - top[:, None])
        if (key < whole) | (key + BN > diagonal + 1):
            n = key + tl.arange(0, BN)
            p = tl.where((n[None, :] >= start[:, None]) & (n[None, :] <= row[:, None]), p, 0.0)
        ds = p * (dp - d[:, None])
        dq = tl.dot(ds.to(k.dtype), k, dq, input_precision="ieee")
    grad_queries.store(
        [batch, place, head, 0], (dq * (exponent / _LOG2_E)).to(grad_queries.dtype).reshape(1, PLACES, PACK, D)
    )


def backward(
    grad: Tensor, q: Tensor, k: Tensor, v: Tensor, out: Tensor, lse: Tensor, starts: Tensor, first_row: int = 0
) -> tuple[Tensor, Tensor]:
    """The gradient of q, contiguous, and delta, fp32 as lse."""
    batches, length, heads, width = q.shape
    group = heads // k.shape[2]
    dq, delta = torch.empty(q.shape, dtype=q.dtype, device=q.device), torch.empty_like(lse)
    launch = tiles("attention_backward_queries", q, DEFAULT, PORTABLE, EXACT)
    pack = packed(group, launch["BM"])
    many, one = (1, launch["BM"] // pack, pack, width), (1, launch["BN"], 1, width)
    with torch.cuda.device_of(q):
        queries_kernel[(triton.cdiv(length, many[1]) * (heads // pack) * batches,)](
            *(descriptor(x, block) for x, block in ((q, many), (k, one), (v, one), (out, many), (grad, many))),
            descriptor(dq, many),
            lse,
            delta,
            starts,
            length,
            first_row,
            _LOG2_E.value / math.sqrt(width),
            heads,
            group,
            batches,
            D=width,
            PACK=pack,
            **launch,
        )
    return dq, delta


def tiles(
    kernel: str, q: Tensor, default: dict[int, tuned.Tiles], portable: tuned.Tiles, exact: tuned.Tiles
) -> tuned.Tiles:
    """What `kernel` is launched with for queries as `q`."""
    if q.dtype == torch.float32:
        return exact
    width = q.shape[-1]
    return tuned.of(kernel, q, default[max(64, width)] if roomy(q.device) else portable, head_dim=width)


def cases() -> Iterator[Case]:
    """8B and 1B: heads of 128 and 64, four to a head of keys; on Hopper and before."""
    for width, capability in itertools.product((128, 64), (90, 80)):
        hopper = tuned.shipped("H200", "attention_backward_queries", tuned.key(head_dim=width), DEFAULT[width])
        launch = hopper if capability == 90 else PORTABLE
        pack = packed(4, launch["BM"])
        many = f"tensordesc<bf16[1,{launch['BM'] // pack},{pack},{width}]>"
        signature = dict.fromkeys(("queries", "out", "grad", "grad_queries"), many)
        signature |= dict.fromkeys(("keys", "values"), f"tensordesc<bf16[1,{launch['BN']},1,{width}]>")
        signature |= {"lse": "*fp32", "delta": "*fp32", "starts": "*i32", "exponent": "fp32"}
        signature |= dict.fromkeys(("length", "first_row", "heads", "group", "batches"), "i32")
        constants: dict[str, Any] = {"D": width, "PACK": pack, **launch}
        aligned = ("length", "first_row", "heads")
        name = "attention_backward_queries" if width == 128 else f"attention_backward_queries_{width}"
        yield Case(name, queries_kernel, signature, constants, matrix=True, aligned=aligned, capability=capability)


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """A row of 8,192 tokens of 8B and of 1B, in documents of 1,024."""
    for width in (128, 64):
        grad, q, k, v, out, lse, starts = taken(width, device)
        run = functools.partial(backward, grad, q, k, v, out, lse, starts)
        yield tuned.Trial("attention_backward_queries", CANDIDATES, run)


def taken(width: int, device: torch.device) -> tuple[Tensor, ...]:
    """What a backward pass takes in `trials`: weights are not what is measured."""
    grad, q, out = (torch.randn(1, 8192, 32, width, dtype=torch.bfloat16, device=device) for _ in range(3))
    k, v = (torch.randn(1, 8192, 8, width, dtype=torch.bfloat16, device=device) for _ in range(2))
    starts = torch.arange(8192, dtype=torch.int32, device=device)[None] // 1024 * 1024
    return grad, q, k, v, out, torch.full((1, 32, 8192), 10.0, device=device), starts

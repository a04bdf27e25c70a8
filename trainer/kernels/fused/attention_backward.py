"""Attention with document intervals, backward: the gradients of queries (a file of its own), keys and values.

Two kernels, each owns what it writes: that of queries, and here a program a tile of keys, which loops over the queries
that see them and the heads that share them, in the order of `attention_backward_order`. So nothing is added up by two
programs, and results repeat to the bit. It costs 14 * D FLOPs a query, head and key, two products in seven more than
one kernel for all three gradients (Dao 2023). In such a kernel each tile of keys adds to the queries' gradient, which
to be repeatable needs a sum apart for each: of a tile of 128 by 128 and D 128, 128 KB written and read, three times as
long as the products it saves.

Keys are rows of the products, so that weights go from registers into the next product; the heads that share them are
columns of one tile (`PACK`), which are fewer places, so that less lies beyond the diagonal and the documents' ends.
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
from trainer.kernels.fused import attention_backward_queries
from trainer.kernels.fused.attention_backward_order import order
from trainer.kernels.fused.attention_backward_queries import taken, tiles
from trainer.kernels.fused.attention_forward import descriptor, packed

_LOG2_E = tl.constexpr(1.4426950408889634)

# By width of a head, on Hopper: at 64 two programs a processor, so that one's exponents are computed during the other's
# products; at 128 one whose registers are full, as two would read twice as much. `PORTABLE`: with less shared memory.
DEFAULT: dict[int, tuned.Tiles] = {
    64: {"BM": 64, "BN": 64, "num_warps": 4, "num_stages": 3},
    128: {"BM": 64, "BN": 128, "num_warps": 8, "num_stages": 3},
    256: {"BM": 32, "BN": 64, "num_warps": 8, "num_stages": 2},
}
PORTABLE: tuned.Tiles = {"BM": 64, "BN": 32, "num_warps": 8, "num_stages": 1}
# fp32, which the matrix units round: what spills nothing at 128, and at 256 fits 99 KB.
EXACT: tuned.Tiles = {"BM": 16, "BN": 16, "num_warps": 8, "num_stages": 1}
CANDIDATES = [
    {"BM": rows, "BN": columns, "num_warps": warps, "num_stages": stages}
    for rows, columns, warps in ((64, 128, 8), (64, 64, 4), (32, 64, 4), (128, 64, 4), (128, 128, 8))
    for stages in (2, 3, 4)
]


@triton.jit
def keys_kernel(
    queries,
    keys,
    values,
    grad,
    grad_keys,
    grad_values,
    lse,
    delta,
    ends,
    order,
    length,
    rows,
    first_row,
    exponent,
    heads,
    batches,
    GROUP: tl.constexpr,
    D: tl.constexpr,
    BM: tl.constexpr,
    BN: tl.constexpr,
    PACK: tl.constexpr,
):
    PLACES: tl.constexpr = BM // PACK
    PACKS: tl.constexpr = GROUP // PACK
    kvs = heads // GROUP
    program = tl.program_id(0)
    kv = program % kvs
    batch = program // kvs % batches
    key = tl.load(order + batch * tl.cdiv(rows, BN) + program // kvs // batches) * BN
    ends += batch.to(tl.int64) * rows
    n = key + tl.arange(0, BN)
    end = tl.load(ends + n, mask=n < rows, other=0)
    begin = tl.maximum(key - first_row, 0)
    stop = tl.load(ends + tl.minimum(key + BN, rows) - 1)
    whole = tl.load(ends + key)  # up to here every query past the diagonal sees every key
    diagonal = key + BN - 1 - first_row

    k = keys.load([batch, key, kv * D]).reshape(BN, D)
    v = values.load([batch, key, kv * D]).reshape(BN, D)
    at = (batch.to(tl.int64) * heads + kv * GROUP + tl.arange(0, BM) % PACK) * length
    lse += at
    delta += at
    offset = tl.arange(0, BM) // PACK
    dk = tl.zeros([BN, D], tl.float32)
    dv = tl.zeros([BN, D], tl.float32)
    for step in tl.range(0, tl.cdiv(tl.maximum(stop - begin, 0), PLACES) * PACKS):
        place = begin + step // PACKS * PLACES
        pack = step % PACKS * PACK
        q = queries.load([batch, place, kv * GROUP + pack, 0]).reshape(BM, D)
        do = grad.load([batch, place, kv * GROUP + pack, 0]).reshape(BM, D)
        top = tl.load(lse + (pack * length + tl.minimum(place + offset, length - 1)))
        # Keys are rows, so that weights go into the next product from registers.
        score = tl.dot(k, q.T, input_precision="ieee")
        dp = tl.dot(v, do.T, input_precision="ieee")
        p = tl.exp2(score * exponent - top[None, :])
        if (place < diagonal) | (place + PLACES > whole):
            seen = (offset[None, :] >= (n - first_row - place)[:, None]) & (offset[None, :] < (end - place)[:, None])
            p = tl.where(seen, p, 0.0)
        d = tl.load(delta + (pack * length + tl.minimum(place + offset, length - 1)))
        dv = tl.dot(p.to(do.dtype), do, dv, input_precision="ieee")
        ds = p * (dp - d[None, :])
        dk = tl.dot(ds.to(q.dtype), q, dk, input_precision="ieee")
    grad_keys.store([batch, key, kv * D], (dk * (exponent / _LOG2_E)).to(grad_keys.dtype).reshape(1, BN, D))
    grad_values.store([batch, key, kv * D], dv.to(grad_values.dtype).reshape(1, BN, D))


def backward(
    grad: Tensor, q: Tensor, k: Tensor, v: Tensor, out: Tensor, lse: Tensor, starts: Tensor, first_row: int = 0
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of q, k, v, contiguous, from what `attention_forward.forward` took and gave and the gradient of
    its output.
    """
    if not q.numel():
        return q.new_empty(q.shape), k.new_zeros(k.shape), v.new_zeros(v.shape)
    starts, lse = starts.contiguous(), lse.contiguous()
    dq, delta = attention_backward_queries.backward(grad, q, k, v, out, lse, starts, first_row)
    return dq, *_of_keys(grad, q, k, v, lse, delta, starts, first_row)


def _of_keys(
    grad: Tensor, q: Tensor, k: Tensor, v: Tensor, lse: Tensor, delta: Tensor, starts: Tensor, first_row: int = 0
) -> tuple[Tensor, Tensor]:
    """The gradients of k and v."""
    batches, length, heads, width = q.shape
    rows, kvs = k.shape[1:3]
    group = heads // kvs
    dk, dv = (torch.empty(x.shape, dtype=x.dtype, device=x.device) for x in (k, v))
    launch = tiles("attention_backward_keys", q, DEFAULT, PORTABLE, EXACT)
    pack = packed(group, launch["BM"])
    many, one = (1, launch["BM"] // pack, pack, width), (1, launch["BN"], width)
    with torch.cuda.device_of(q):
        keys_kernel[(triton.cdiv(rows, one[1]) * kvs * batches,)](
            descriptor(q, many),
            *(descriptor(x.flatten(2), one) for x in (k, v)),
            descriptor(grad, many),
            *(descriptor(x.flatten(2), one) for x in (dk, dv)),
            lse,
            delta,
            *order(starts, rows, first_row, launch["BN"]),
            length,
            rows,
            first_row,
            _LOG2_E.value / math.sqrt(width),
            heads,
            batches,
            GROUP=group,
            D=width,
            PACK=pack,
            **launch,
        )
    return dk, dv


def cases() -> Iterator[Case]:
    """8B and 1B: heads of 128 and 64, four to a head of keys; on Hopper and before."""
    for width, capability in itertools.product((128, 64), (90, 80)):
        hopper = tuned.shipped("H200", "attention_backward_keys", tuned.key(head_dim=width), DEFAULT[width])
        launch = hopper if capability == 90 else PORTABLE
        pack = packed(4, launch["BM"])
        many = f"tensordesc<bf16[1,{launch['BM'] // pack},{pack},{width}]>"
        one = f"tensordesc<bf16[1,{launch['BN']},{width}]>"
        signature = dict.fromkeys(("queries", "grad"), many)
        signature |= dict.fromkeys(("keys", "values", "grad_keys", "grad_values"), one)
        signature |= {"lse": "*fp32", "delta": "*fp32", "ends": "*i32", "order": "*i32", "exponent": "fp32"}
        signature |= dict.fromkeys(("length", "rows", "first_row", "heads", "batches"), "i32")
        constants: dict[str, Any] = {"GROUP": 4, "D": width, "PACK": pack, **launch}
        aligned = ("length", "rows", "first_row", "heads")
        name = "attention_backward_keys" if width == 128 else f"attention_backward_keys_{width}"
        yield Case(name, keys_kernel, signature, constants, matrix=True, aligned=aligned, capability=capability)


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """Rows of 8,192 tokens of 8B and of 1B, in documents of 1,024."""
    for width in (128, 64):
        grad, q, k, v, _, lse, starts = taken(width, device)
        run = functools.partial(_of_keys, grad, q, k, v, lse, torch.zeros_like(lse), starts)
        yield tuned.Trial("attention_backward_keys", CANDIDATES, run)

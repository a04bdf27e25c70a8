"""Attention with document intervals, backward: the gradients of queries, and those of keys and values.

The weights are computed anew from the forward pass's `lse` (Dao 2023). Two kernels, each owns what it writes: one a
tile of queries, looping over the keys of their documents; one a tile of keys, looping over the queries that see them
and the heads that share them. So nothing is added up by two programs, and results repeat to the bit. That costs 14 * D
FLOPs a query, head and key, two products in seven more than one kernel for all three gradients would; that one would
write and read 8 bytes a query and element of D for each tile of keys, three times as long as the products take.

The heads that share keys are rows of one tile (`PACK`), as in the forward pass. A tile that lies within a document and
off the diagonal is not masked: one loop with a branch, for a second loop would fill its pipeline anew. The gradient's
product with the output (`delta`) is summed where the gradient of queries has both at hand: a kernel of its own would
read the gradient of the output once more.
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
from trainer.kernels.fused import attention_forward
from trainer.kernels.fused.attention_forward import descriptor, packed

_LOG2_E = tl.constexpr(1.4426950408889634)


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
    key = program // kvs // batches * BN  # the first keys are seen by the most queries: they come first
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


# By width of a head, on Hopper and after; half the tile where shared memory is less.
QUERIES_DEFAULT: dict[int, tuned.Tiles] = {
    64: {"BM": 128, "BN": 64, "num_warps": 8, "num_stages": 3},
    128: {"BM": 128, "BN": 64, "num_warps": 8, "num_stages": 3},
}
KEYS_DEFAULT: dict[int, tuned.Tiles] = {
    64: {"BM": 64, "BN": 128, "num_warps": 8, "num_stages": 3},
    128: {"BM": 64, "BN": 128, "num_warps": 8, "num_stages": 3},
}
QUERIES_CANDIDATES, KEYS_CANDIDATES = (
    [
        {"BM": rows, "BN": columns, "num_warps": warps, "num_stages": stages}
        for rows, columns, warps in shapes
        for stages in (2, 3)
    ]
    for shapes in (
        ((128, 128, 8), (128, 64, 8), (128, 64, 4), (64, 128, 4), (64, 64, 4)),
        ((128, 128, 8), (64, 128, 8), (64, 128, 4), (128, 64, 8), (64, 64, 4), (32, 128, 4)),
    )
)
PORTABLE: tuned.Tiles = {"BM": 64, "BN": 32, "num_warps": 8, "num_stages": 1}
EXACT: tuned.Tiles = {"BM": 32, "BN": 32, "num_warps": 4, "num_stages": 1}  # fp32, which the matrix units round


def backward(
    grad: Tensor, q: Tensor, k: Tensor, v: Tensor, out: Tensor, lse: Tensor, starts: Tensor, first_row: int = 0
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of q, k, v, contiguous, from what `attention_forward.forward` took and gave and the gradient of
    its output.
    """
    batches, length, heads, width = q.shape
    rows, kvs = k.shape[1:3]
    group = heads // kvs
    dq, dk, dv = (torch.empty(x.shape, dtype=x.dtype, device=x.device) for x in (q, k, v))
    if not q.numel():
        return dq, dk.zero_(), dv.zero_()
    starts, lse = starts.contiguous(), lse.contiguous()
    delta = torch.empty_like(lse)
    exponent = _LOG2_E.value / math.sqrt(width)
    with torch.cuda.device_of(q):
        launch = _tiles(q, "attention_backward_queries", QUERIES_DEFAULT)
        pack = packed(group, launch["BM"])
        many, one = (1, launch["BM"] // pack, pack, width), (1, launch["BN"], 1, width)
        queries_kernel[(triton.cdiv(length, many[1]) * (heads // pack) * batches,)](
            *(descriptor(x, block) for x, block in ((q, many), (k, one), (v, one), (out, many), (grad, many))),
            descriptor(dq, many),
            lse,
            delta,
            starts,
            length,
            first_row,
            exponent,
            heads,
            group,
            batches,
            D=width,
            PACK=pack,
            **launch,
        )
        launch = _tiles(q, "attention_backward_keys", KEYS_DEFAULT)
        pack = packed(group, launch["BM"])
        many, part = (1, launch["BM"] // pack, pack, width), (1, launch["BN"], width)
        keys_kernel[(triton.cdiv(rows, part[1]) * kvs * batches,)](
            descriptor(q, many),
            *(descriptor(x.flatten(2), part) for x in (k, v)),
            descriptor(grad, many),
            *(descriptor(x.flatten(2), part) for x in (dk, dv)),
            lse,
            delta,
            _ends(starts, rows),
            length,
            rows,
            first_row,
            exponent,
            heads,
            batches,
            GROUP=group,
            D=width,
            PACK=pack,
            **launch,
        )
    return dq, dk, dv


def _ends(starts: Tensor, rows: int) -> Tensor:
    """int32 [B, rows]: of each key the first query that begins after it, as `starts` never falls along a row."""
    keys = torch.arange(rows, dtype=starts.dtype, device=starts.device)
    return torch.searchsorted(starts, keys.repeat(len(starts), 1), right=True, out_int32=True)


def _tiles(q: Tensor, name: str, default: dict[int, tuned.Tiles]) -> tuned.Tiles:
    if q.dtype == torch.float32:
        return EXACT
    width = q.shape[-1]
    small = q.device.type == "cuda" and torch.cuda.get_device_capability(q.device) < (9, 0)
    return tuned.of(name, q, PORTABLE if small else default[max(64, width)], head_dim=width)


def cases() -> Iterator[Case]:
    """8B and 1B: heads of 128 and 64, four to a head of keys; on Hopper and before."""
    numbers = dict.fromkeys(("length", "rows", "first_row", "heads", "group", "batches"), "i32") | {"exponent": "fp32"}
    tensors = {"lse": "*fp32", "delta": "*fp32", "starts": "*i32", "ends": "*i32"}
    kernels: dict[str, tuple[Any, dict[int, tuned.Tiles], dict[str, int]]] = {
        "attention_backward_queries": (queries_kernel, QUERIES_DEFAULT, {}),
        "attention_backward_keys": (keys_kernel, KEYS_DEFAULT, {"GROUP": 4}),
    }
    for name, width, capability in itertools.product(kernels, (128, 64), (90, 80)):
        kernel, default, constants = kernels[name]
        hopper = tuned.shipped("H200", name, tuned.key(head_dim=width), default[width])
        launch = hopper if capability == 90 else PORTABLE
        pack = packed(4, launch["BM"])
        many = f"tensordesc<bf16[1,{launch['BM'] // pack},{pack},{width}]>"
        one = f"tensordesc<bf16[1,{launch['BN']},{'1,' if kernel is queries_kernel else ''}{width}]>"
        kinds = dict.fromkeys(("queries", "out", "grad", "grad_queries"), many)
        kinds |= dict.fromkeys(("keys", "values", "grad_keys", "grad_values"), one) | tensors | numbers
        signature = {argument: kinds[argument] for argument in kernel.arg_names if argument in kinds}
        aligned = tuple(name for name in ("length", "rows", "first_row", "heads") if name in signature)
        tiles: dict[str, Any] = {"D": width, "PACK": pack, **constants, **launch}
        title = name if width == 128 else f"{name}_{width}"
        yield Case(title, kernel, signature, tiles, matrix=True, aligned=aligned, capability=capability)


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """A row of 8,192 tokens of 8B and of 1B, in one document and in documents of 1,000."""
    for width in (128, 64):
        q, grad = (torch.randn(2, 8192, 32, width, dtype=torch.bfloat16, device=device) for _ in range(2))
        k, v = (torch.randn(2, 8192, 8, width, dtype=torch.bfloat16, device=device) for _ in range(2))
        rows = torch.ones(2, 8192, dtype=torch.int32, device=device).cumsum(1, dtype=torch.int32) - 1
        starts = rows // 1000 * 1000
        starts[0] = 0
        out, lse = attention_forward.forward(q, k, v, starts)
        run = functools.partial(backward, grad, q, k, v, out, lse, starts)
        yield tuned.Trial("attention_backward_queries", QUERIES_CANDIDATES, run)
        yield tuned.Trial("attention_backward_keys", KEYS_CANDIDATES, run)

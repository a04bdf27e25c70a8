"""Attention with document intervals, forward: tiles of queries against the keys of their documents (Dao 2023).

A tile's queries see keys from the start of its first query's document to its last query, and no others are read. Where
all of them see a tile of keys whole it is computed without a mask (the second loop); what is left are the tiles at the
documents' edges and the diagonal (the first). Keys are read from where the document begins, not from a multiple of
the tile, so that a tile within one document has no left edge.

The heads that share keys are rows of one tile (`PACK`): as many products a tile of keys, on fewer places, so that less
lies beyond the diagonal. Costs 4 * D FLOPs a query, head and key, and reads keys and values once for BM / PACK queries.

Queries are loaded by pointers, keys and values by bulk copies: a descriptor's queries, reshaped, would stay in
registers, and ptxas 13.4 then waits after every single wgmma (C7513).
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
from triton.tools.tensor_descriptor import TensorDescriptor

from trainer.kernels import tuned
from trainer.kernels.ahead import Case

_LOG2_E = 1.4426950408889634


# By width of a head (the next of these): with Hopper's shared memory, with less, and for fp32 (matrix units round it).
DEFAULT: dict[int, tuned.Tiles] = {
    64: {"BM": 128, "BN": 64, "num_warps": 8, "num_stages": 3},
    # Two stages would ask for the next keys when they are needed; three take 225 of Hopper's 227 KB.
    128: {"BM": 128, "BN": 128, "num_warps": 8, "num_stages": 3},
    256: {"BM": 128, "BN": 64, "num_warps": 8, "num_stages": 2},
}
PORTABLE: dict[int, tuned.Tiles] = {
    64: {"BM": 128, "BN": 32, "num_warps": 8, "num_stages": 2},
    128: {"BM": 128, "BN": 32, "num_warps": 8, "num_stages": 2},
    256: {"BM": 64, "BN": 32, "num_warps": 8, "num_stages": 2},
}
EXACT: dict[int, tuned.Tiles] = {
    64: {"BM": 32, "BN": 16, "num_warps": 4, "num_stages": 1},
    128: {"BM": 16, "BN": 16, "num_warps": 8, "num_stages": 1},
    256: {"BM": 16, "BN": 16, "num_warps": 8, "num_stages": 1},
}
CANDIDATES = [
    {"BM": rows, "BN": columns, "num_warps": warps, "num_stages": stages}
    for rows, columns, warps in ((128, 128, 8), (128, 64, 8), (128, 64, 4), (128, 128, 4), (64, 128, 4), (64, 64, 4))
    for stages in (2, 3)
]


@triton.jit
def _tile(acc, total, top, q, keys, values, batch, head, at, start, span, scale, BN: tl.constexpr, MASK: tl.constexpr):
    """The keys from `at` on: what they add to the output, the sum of the weights and its greatest exponent."""
    D: tl.constexpr = q.shape[1]
    k = keys.load([batch, at, head, 0]).reshape(BN, D)
    score = tl.dot(q, k.T, input_precision="ieee")
    if MASK:
        # One comparison for both ends: as unsigned, what lies before the start is greater than any distance.
        distance = ((at + tl.arange(0, BN))[None, :] - start[:, None]).to(tl.uint32, bitcast=True)
        score = tl.where(distance <= span[:, None], score, float("-inf"))
    higher = tl.maximum(top, tl.max(score, 1) * scale)  # finite also where a row sees none of these keys
    weight = tl.exp2(score * scale - higher[:, None])
    shrink = tl.exp2(top - higher)
    v = values.load([batch, at, head, 0]).reshape(BN, D)
    acc = tl.dot(weight.to(v.dtype), v, acc * shrink[:, None], input_precision="ieee")
    return acc, total * shrink + tl.sum(weight, 1), higher


@triton.jit
def kernel(
    queries,
    keys,
    values,
    out,
    lse,
    starts,
    batch_stride,
    row_stride,
    head_stride,
    length,
    first_row,
    scale,
    heads,
    group,
    tiles,
    D: tl.constexpr,
    BM: tl.constexpr,
    BN: tl.constexpr,
    PACK: tl.constexpr,
):
    PLACES: tl.constexpr = BM // PACK
    packs = heads // PACK
    batch = tl.program_id(1)
    # The last queries see the most keys where documents are long: they come first, so that no long tile comes last.
    place = (tiles - 1 - tl.program_id(0) // packs) * PLACES
    head = tl.program_id(0) % packs * PACK
    places = place + tl.arange(0, BM) // PACK
    starts += batch.to(tl.int64) * length
    start = tl.load(starts + places, mask=places < length, other=0)
    span = (first_row + places - start).to(tl.uint32, bitcast=True)
    last = tl.minimum(place + PLACES, length) - 1
    begin = tl.load(starts + place)
    end = first_row + last + 1
    # From `whole` to `edge` every query sees every key.
    edge = begin + (first_row + place + 1 - begin) // BN * BN
    whole = tl.minimum(begin + tl.cdiv(tl.load(starts + last) - begin, BN) * BN, edge)

    heads_of = head + tl.arange(0, BM) % PACK
    within = places.to(tl.int64) * row_stride + heads_of * head_stride
    queries += batch.to(tl.int64) * batch_stride
    q = tl.load(queries + within[:, None] + tl.arange(0, D)[None, :], mask=places[:, None] < length, other=0.0)
    top = tl.full([BM], -1e30, tl.float32)
    total = tl.zeros([BM], tl.float32)
    acc = tl.zeros([BM, D], tl.float32)
    kv = head // group
    for step in tl.range(begin, end - (edge - whole), BN):
        at = tl.where(step < whole, step, step + (edge - whole))
        acc, total, top = _tile(acc, total, top, q, keys, values, batch, kv, at, start, span, scale, BN, True)
    for at in tl.range(whole, edge, BN):
        acc, total, top = _tile(acc, total, top, q, keys, values, batch, kv, at, start, span, scale, BN, False)
    acc = acc * (1 / total)[:, None]
    out.store([batch, place, head, 0], acc.to(out.dtype).reshape(1, PLACES, PACK, D))
    tl.store(
        lse + (batch.to(tl.int64) * heads + heads_of) * length + places, top + tl.log2(total), mask=places < length
    )


def forward(q: Tensor, k: Tensor, v: Tensor, starts: Tensor, first_row: int = 0) -> tuple[Tensor, Tensor]:
    """As `trainer.kernels.attention.reference`, and lse fp32 [B, H, Q]: log2 of each query's sum of
    exp2(score * log2 e / sqrt(D)).
    """
    batch, length, heads, width = q.shape
    group = heads // k.shape[2]
    out = torch.empty(q.shape, dtype=q.dtype, device=q.device)
    lse = torch.empty(batch, heads, length, dtype=torch.float32, device=q.device)
    if not q.numel():
        return out, lse
    launch = tiles(q)
    pack = packed(group, launch["BM"])
    written, read = (1, launch["BM"] // pack, pack, width), (1, launch["BN"], 1, width)
    count = triton.cdiv(length, written[1])
    q = q if q.stride(3) == 1 else q.contiguous()
    with torch.cuda.device_of(q):
        kernel[(count * (heads // pack), batch)](
            q,
            descriptor(k, read),
            descriptor(v, read),
            descriptor(out, written),
            lse,
            starts.contiguous(),
            *q.stride()[:3],
            length,
            first_row,
            _LOG2_E / math.sqrt(width),
            heads,
            group,
            count,
            D=width,
            PACK=pack,
            **launch,
        )
    return out, lse


def tiles(q: Tensor) -> tuned.Tiles:
    """What `q` is launched with."""
    width = q.shape[-1]
    at_least = max(64, width)
    if q.dtype == torch.float32:
        return EXACT[at_least]
    return tuned.of("attention_forward", q, (DEFAULT if roomy(q.device) else PORTABLE)[at_least], head_dim=width)


def roomy(device: torch.device) -> bool:
    """Whether a program may have 227 KB of shared memory, as on Hopper; before it, and on desktops after it, 99 to 163.

    A CPU interprets whatever is given.
    """
    if device.type != "cuda":
        return True
    return torch.cuda.get_device_properties(device).shared_memory_per_block_optin >= 227 * 1024


def packed(group: int, rows: int) -> int:
    """How many of the `group` heads that share keys are rows of one tile: a power of two that divides them."""
    return min(group & -group, rows)


def descriptor(x: Tensor, block: tuple[int, ...]) -> TensorDescriptor:
    """Of a tensor as it lies, or of a copy where bulk copies cannot reach it."""
    strides = _strides(x)
    if x.stride(-1) != 1 or x.data_ptr() % 16 or any(at * x.element_size() % 16 or not at for at in strides[:-1]):
        x = x.contiguous()
        strides = _strides(x)
    return TensorDescriptor(x, list(x.shape), strides, list(block))


def _strides(x: Tensor) -> list[int]:
    """Where a dimension has one entry only its stride can be anything; a driver may want it to be that of a whole."""
    strides = [*x.stride()[:-1], 1]
    for at in range(x.dim() - 2, -1, -1):
        if x.shape[at] == 1:
            strides[at] = strides[at + 1] * x.shape[at + 1]
    return strides


def cases() -> Iterator[Case]:
    """8B and 1B: heads of 128 and 64, four to a head of keys; on Hopper and before."""
    for width, capability in itertools.product((128, 64), (90, 80)):
        hopper = tuned.shipped("H200", "attention_forward", tuned.key(head_dim=width), DEFAULT[width])
        launch = hopper if capability == 90 else PORTABLE[width]
        pack = packed(4, launch["BM"])
        written = f"tensordesc<bf16[1,{launch['BM'] // pack},{pack},{width}]>"
        read = f"tensordesc<bf16[1,{launch['BN']},1,{width}]>"
        signature = {"queries": "*bf16", "keys": read, "values": read, "out": written, "lse": "*fp32"}
        signature |= {"starts": "*i32", "scale": "fp32"}
        strides = ("batch_stride", "row_stride", "head_stride")
        signature |= dict.fromkeys((*strides, "length", "first_row", "heads", "group", "tiles"), "i32")
        constants: dict[str, Any] = {"D": width, "PACK": pack} | launch
        aligned = (*strides, "length", "first_row", "heads")
        name = "attention_forward" if width == 128 else f"attention_forward_{width}"
        yield Case(name, kernel, signature, constants, matrix=True, aligned=aligned, capability=capability)


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """Rows of 8,192 tokens of 8B and of 1B, in one document and in documents of 1,000."""
    for width in (128, 64):
        q = torch.randn(2, 8192, 32, width, dtype=torch.bfloat16, device=device)
        k, v = (torch.randn(2, 8192, 8, width, dtype=torch.bfloat16, device=device) for _ in range(2))
        rows = torch.ones(2, 8192, dtype=torch.int32, device=device).cumsum(1, dtype=torch.int32) - 1
        starts = rows // 1000 * 1000
        starts[0] = 0
        yield tuned.Trial("attention_forward", CANDIDATES, functools.partial(forward, q, k, v, starts))

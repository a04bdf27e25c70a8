"""The sum of squares of many tensors in two launches: one reads them all, one adds up what is left of them.

Every tensor is cut into pieces of one size, whatever the GPU; a piece has its place in a row of partial sums, and the
row is added up in order. So the sum is the same on every run, and nothing waits for the device: where the tensors lie
goes there as a table. Memory-bound: each gradient is read once.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import torch
import triton
import triton.language as tl
from torch import Tensor

from trainer.kernels import tuned
from trainer.kernels.ahead import Case

PIECE = 65_536  # elements
DEFAULT = {"BLOCK": 4096, "num_warps": 8}
CANDIDATES = [{"BLOCK": block, "num_warps": warps} for block in (2048, 4096, 8192) for warps in (4, 8)]
TOTAL = {"BLOCK": 4096, "num_warps": 16}
_TYPES = {torch.float32: tl.float32, torch.bfloat16: tl.bfloat16, torch.float16: tl.float16}


@triton.jit(do_not_specialize=["tensors"])
def pieces_kernel(
    table, partial, tensors,
    TYPE: tl.constexpr, ALIGNED: tl.constexpr, TENSORS: tl.constexpr, PIECE: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """One piece of one tensor. `table` has the tensors' addresses, then their sizes, then each one's first piece."""
    piece = tl.program_id(0)
    each = tl.arange(0, TENSORS)
    firsts = tl.load(table + 2 * tensors + each, mask=each < tensors, other=2**62)
    at = tl.sum((firsts <= piece).to(tl.int32)) - 1
    start = (piece - tl.load(table + 2 * tensors + at)) * PIECE
    left = tl.minimum(tl.load(table + tensors + at) - start, PIECE)
    begin = tl.load(table + at).to(tl.pointer_type(TYPE))
    if ALIGNED:  # to 16 bytes: read 128 bits at a time
        begin = tl.multiple_of(begin, 16)
    begin += start
    lane = tl.arange(0, BLOCK)
    sums = tl.zeros((BLOCK,), tl.float32)
    whole = left // BLOCK * BLOCK
    for done in range(0, whole, BLOCK):  # unmasked
        x = tl.load(begin + done + lane).to(tl.float32)
        sums += x * x
    x = tl.load(begin + whole + lane, mask=lane < left - whole, other=0.0).to(tl.float32)
    tl.store(partial + piece, tl.sum(sums + x * x))


@triton.jit(do_not_specialize=["n"])
def total_kernel(partial, total, n, BLOCK: tl.constexpr):
    lane = tl.arange(0, BLOCK)
    sums = tl.zeros((BLOCK,), tl.float32)
    for done in range(0, n, BLOCK):
        sums += tl.load(partial + done + lane, mask=done + lane < n, other=0.0)
    tl.store(total, tl.sum(sums))


def sum_of_squares(tensors: Sequence[Tensor]) -> Tensor:
    """An fp32 scalar. One launch for all tensors of a type and an alignment, which as a rule are all, and one more."""
    flat = [x.contiguous() for x in tensors if x.numel()]
    total = torch.zeros((), dtype=torch.float32, device=tensors[0].device)
    groups: dict[tuple[torch.dtype, bool], list[Tensor]] = {}
    for x in flat:
        groups.setdefault((x.dtype, x.data_ptr() % 16 == 0), []).append(x)
    partial = total.new_empty(sum(triton.cdiv(x.numel(), PIECE) for x in flat))
    at = 0
    with torch.cuda.device_of(total):
        for (dtype, aligned), group in groups.items():
            table, pieces = _table(group)
            tiles = tuned.of("grad_norm", total, DEFAULT, element=dtype.itemsize)
            constants = {"TYPE": _TYPES[dtype], "ALIGNED": aligned, "PIECE": PIECE}
            constants["TENSORS"] = triton.next_power_of_2(len(group))
            pieces_kernel[(pieces,)](table, partial[at:], len(group), **constants, **tiles)
            at += pieces
        if at:
            total_kernel[(1,)](partial, total, at, **TOTAL)
    return total


def _table(group: Sequence[Tensor]) -> tuple[Tensor, int]:
    """What `pieces_kernel` reads on the device, and the number of pieces."""
    sizes = [x.numel() for x in group]
    firsts = [0]
    for size in sizes:
        firsts.append(firsts[-1] + triton.cdiv(size, PIECE))
    device = group[0].device
    table = torch.tensor([x.data_ptr() for x in group] + sizes + firsts[:-1], pin_memory=device.type == "cuda")
    return table.to(device, non_blocking=True), firsts[-1]


def cases() -> Iterator[Case]:
    """The gradients of an 8B model's 291 weights, in fp32 and in bf16."""
    signature = {"table": "*i64", "partial": "*fp32", "tensors": "i32"}
    for name, dtype in (("grad_norm", torch.float32), ("grad_norm_bf16", torch.bfloat16)):
        tiles = tuned.shipped("H200", "grad_norm", tuned.key(element=dtype.itemsize), DEFAULT)
        constants = {"TYPE": _TYPES[dtype], "ALIGNED": True, "PIECE": PIECE, "TENSORS": 512}
        yield Case(name, pieces_kernel, signature, tiles | constants)
    yield Case("grad_norm_total", total_kernel, {"partial": "*fp32", "total": "*fp32", "n": "i32"}, TOTAL)


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """Four layers of the 8B model, norms among them."""
    for dtype in (torch.float32, torch.bfloat16):
        shapes = ((4096, 4096), (1024, 4096), (4096, 14336), (4096,)) * 4
        grads = [torch.zeros(shape, dtype=dtype, device=device) for shape in shapes]
        yield tuned.Trial("grad_norm", CANDIDATES, functools.partial(sum_of_squares, grads))

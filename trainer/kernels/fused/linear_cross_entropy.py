"""Cross-entropy over a chunk of logits, which become their gradient in place, between cuBLAS' matrix products.

For N tokens, D dimensions and V words of bf16, in c chunks (`trainer.kernels.chunks`):
  products  logits, and from their gradient those of hidden and weight: 6 N V D FLOPs
  logits    written, read twice and overwritten once here, read by two products: 12 N V bytes, of which this file's
            kernel has 6, or 4 where the second reading of a row (256 KB of 128,256 words) comes out of the caches
  gradient  of the weight, fp32, written by the first chunk's product, read and written by each further one's, and
            scaled into bf16 once: (8 c - 4) V D + 6 V D bytes
At 8,192 tokens in two chunks, with 788 TFLOP/s and 4.3 TB/s (measured ceilings of an H200), this is at 8B (D = 4,096)
32.8 ms of products, 1.0 to 1.5 ms of this file's logits, 1.5 ms of sums where products do not hide them and 0.7 ms of
scaling; at 1B (D = 2,048) 16.4, 1.0 to 1.5, 0.7 and 0.4 ms. Held are 1 GB of logits and 4 V D bytes of gradient.

A row is one program's, which reads forward and writes backward, so that what was read last is found in L1 and L2. As
Triton 3.9 compiles it (1,024 threads of 47 registers) a program has a multiprocessor to itself: the 132 rows that are
in work are 34 MB, and L2 has 50. Each lane has a largest logit and a sum of its own for eight neighbours (16 bytes of
bf16) at a time, which no other thread needs to know: one exponential a logit and an eighth, and barriers at the end
of a row only. The two loops are 8 and 10 instructions a logit: less time than its bytes take.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator

import torch
import triton
import triton.language as tl
from torch import Tensor

from trainer.kernels import chunks, tuned
from trainer.kernels.ahead import Case

STATISTICS = {"LANES": 1024, "num_warps": 16}
GRADIENT = {"LANES": 2048, "num_warps": 32}
SCALING = {"BLOCK": 4096, "num_warps": 8}
CANDIDATES = [{"LANES": 64 * warps, "num_warps": warps} for warps in (4, 8, 16, 32)]  # of both kernels
CANDIDATES += [{"LANES": 128 * warps, "num_warps": warps} for warps in (4, 8)]
SCALING_CANDIDATES = [{"BLOCK": block, "num_warps": warps} for block in (1024, 2048, 4096, 8192) for warps in (4, 8)]

# lse and the target's logit of each row of a chunk, of this rank's words; gives them of all ranks' words.
OverRanks = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]

LOG2E = tl.constexpr(1.4426950408889634)
EACH = tl.constexpr(8)


@triton.jit
def _finite(x):
    """What may be subtracted from a logit: 0 where it is infinite, as infinity less infinity is no number."""
    return tl.where(tl.abs(x) == float("inf"), 0.0, x)


@triton.jit
def _with_more(largest, total, x):
    """Each lane's largest logit and its sum of exponentials (less the largest), with those of x [LANES, EACH]."""
    most = tl.maximum(largest, tl.max(x, 1))
    shift = _finite(most)
    before = total * tl.exp2((largest - shift) * LOG2E)
    return most, before + tl.sum(tl.exp2((x - shift[:, None]) * LOG2E), 1)


@triton.jit
def _last(row, column, words, stride):
    """The logits of a block that the row's end cuts. Rows lie `stride` apart, which is a multiple of 16 bytes: what
    lies between is read with them (else none of this could be read 16 bytes at a time) and then left out.
    """
    x = tl.load(row + column, mask=column < stride, other=float("-inf")).to(tl.float32)
    return tl.where(column < words, x, float("-inf"))


@triton.jit
def _statistics(row, words, stride, target, LANES: tl.constexpr):
    """logsumexp of a row, and the logit of its target, which is 0 where the target is not among these words."""
    # Before the barriers of the last sums: after them another warp may have written a gradient over it.
    logit = tl.load(row + target, mask=(target >= 0) & (target < words), other=0.0).to(tl.float32)
    places = tl.arange(0, LANES)[:, None] * EACH + tl.arange(0, EACH)[None, :]
    whole = words // (LANES * EACH) * (LANES * EACH)
    largest, total = tl.full((LANES,), float("-inf"), tl.float32), tl.zeros((LANES,), tl.float32)
    for at in range(0, whole, LANES * EACH):
        largest, total = _with_more(largest, total, tl.load(row + at + places).to(tl.float32))
    if whole < words:
        largest, total = _with_more(largest, total, _last(row, whole + places, words, stride))
    most = _finite(tl.max(largest, 0))
    lse = most + tl.log(tl.sum(total * tl.exp2((largest - most) * LOG2E), 0))
    return lse, logit


@triton.jit
def statistics_kernel(logits, stride, words, targets, lse, found, LANES: tl.constexpr):
    """lse and the target's logit of each row."""
    at = tl.program_id(0)
    row = logits + at.to(tl.int64) * stride
    of_row, logit = _statistics(row, words, stride, tl.load(targets + at).to(tl.int32), LANES)
    tl.store(lse + at, of_row)
    tl.store(found + at, logit)


@triton.jit
def gradient_kernel(
    logits, stride, words, targets, weights, lse, found, z_loss, LANES: tl.constexpr, GIVEN: tl.constexpr
):
    """Logits into their gradient, weight * (p * (1 + 2 z_loss lse) - [the target]); lse and the target's logit are
    written as `statistics_kernel` does, but where lse is given, of all ranks' words.
    """
    at = tl.program_id(0)
    row = logits + at.to(tl.int64) * stride
    target, weight = tl.load(targets + at).to(tl.int32), tl.load(weights + at)
    if GIVEN:
        of_row = tl.load(lse + at)
    else:
        of_row, logit = _statistics(row, words, stride, target, LANES)
        tl.store(lse + at, of_row)
        tl.store(found + at, logit)
    scale = weight * (1 + 2 * z_loss * of_row)
    places = tl.arange(0, LANES)[:, None] * EACH + tl.arange(0, EACH)[None, :]
    whole = words // (LANES * EACH) * (LANES * EACH)
    if whole < words:
        column = whole + places
        change = scale * tl.exp2((_last(row, column, words, stride) - of_row) * LOG2E)
        change -= tl.where(column == target, weight, 0.0)
        tl.store(row + column, change.to(logits.dtype.element_ty), mask=column < stride)
    for back in range(LANES * EACH, whole + 1, LANES * EACH):
        column = whole - back + places
        change = scale * tl.exp2((tl.load(row + column).to(tl.float32) - of_row) * LOG2E)
        change -= tl.where(column == target, weight, 0.0)
        tl.store(row + column, change.to(logits.dtype.element_ty))


@triton.jit
def scaling_kernel(found, grad, out, n, BLOCK: tl.constexpr):
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(found + at, mask=at < n, other=0.0) * tl.load(grad)
    tl.store(out + at, x.to(out.dtype.element_ty), mask=at < n)


def forward(
    hidden: Tensor,
    weight: Tensor,
    targets: Tensor,
    weights: Tensor,
    z_loss: float,
    of_hidden: bool,
    of_weight: bool,
    over_ranks: OverRanks | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Loss and nll, and fp32 gradients of hidden and weight for a loss' gradient of 1, empty where not wanted.

    With `over_ranks`, `weight` is this rank's part of the vocabulary, targets count from its first word, and the
    gradient of hidden is this rank's share.
    """
    (tokens, dim), words = hidden.shape, len(weight)
    lse, found = hidden.new_empty((2, tokens), dtype=torch.float32).unbind()
    grad_hidden = hidden.new_empty((tokens, dim) if of_hidden else 0, dtype=torch.float32)
    grad_weight = hidden.new_empty((words, dim) if of_weight else 0, dtype=torch.float32)
    chunk = chunks.fused_chunk(tokens, words, hidden.element_size())
    stride = triton.cdiv(words, 16) * 16
    room = hidden.new_empty(min(chunk, tokens), stride)
    given = over_ranks is not None
    for at in range(0, tokens, chunk):
        part = slice(at, min(at + chunk, tokens))
        logits = torch.mm(hidden[part], weight.T, out=room[: part.stop - at, :words])
        rows = targets[part].contiguous(), weights[part].contiguous(), lse[part], found[part]
        if over_ranks is not None or not (of_hidden or of_weight):
            statistics(logits, rows[0], *rows[2:])
        if over_ranks is not None:
            lse[part], found[part] = over_ranks(lse[part], found[part])
        if of_hidden or of_weight:
            gradient(logits, *rows, z_loss, given)
        if of_hidden:
            _product(logits, weight, grad_hidden[part], first=True)
        if of_weight:
            _product(logits.T, hidden[part], grad_weight, first=at == 0)
    if over_ranks is None:  # a word that is not there: told as no number, for nothing here waits for the device
        found.masked_fill_((targets < 0) | (targets >= words), math.nan)
    nll = lse - found
    loss = nll if not z_loss else nll + z_loss * lse.square()
    return (weights * loss).sum(), nll, grad_hidden, grad_weight if tokens else grad_weight.zero_()


def statistics(logits: Tensor, targets: Tensor, lse: Tensor, found: Tensor) -> None:
    """Writes lse and the target's logit, fp32 [tokens]: 0 where a target is none of these words."""
    tiles = tuned.of("cross_entropy_statistics", logits, STATISTICS)
    with torch.cuda.device_of(logits):
        statistics_kernel[(len(logits),)](logits, logits.stride(0), logits.shape[1], targets, lse, found, **tiles)


def gradient(
    logits: Tensor, targets: Tensor, weights: Tensor, lse: Tensor, found: Tensor, z_loss: float, given: bool
) -> None:
    """Writes the logits' gradient over them; and lse and the target's logit, unless lse is `given`."""
    tiles = tuned.of("cross_entropy_gradient", logits, GRADIENT)
    with torch.cuda.device_of(logits):
        gradient_kernel[(len(logits),)](
            logits, logits.stride(0), logits.shape[1], targets, weights, lse, found, z_loss, GIVEN=given, **tiles
        )


def scaled(found: Tensor, grad: Tensor, dtype: torch.dtype) -> Tensor:
    """found * grad, a scalar on its device, rounded once; `found` stays, for another backward pass."""
    out = torch.empty_like(found, dtype=dtype)
    tiles = tuned.of("cross_entropy_scaling", found, SCALING)
    with torch.cuda.device_of(found):
        scaling_kernel[(triton.cdiv(found.numel(), tiles["BLOCK"]),)](found, grad, out, found.numel(), **tiles)
    return out


def _product(left: Tensor, right: Tensor, out: Tensor, first: bool) -> None:
    """out = left @ right, or more of it where it is not the first, in fp32: cuBLAS sums in it and need not round."""
    if left.dtype == torch.float32 or not left.is_cuda:
        torch.addmm(out, left.float(), right.float(), beta=0 if first else 1, out=out)
    elif first:
        torch.mm(left, right, out_dtype=torch.float32, out=out)
    else:
        torch.addmm(out, left, right, out_dtype=torch.float32, out=out)


def cases() -> Iterator[Case]:
    """Over 128,256 words: what training runs, what an evaluation runs, what ranks with a part of the words run."""
    rows = {"logits": "*bf16", "stride": "i32", "words": "i32", "targets": "*i64", "lse": "*fp32", "found": "*fp32"}
    aligned = ("stride", "words")
    name = "cross_entropy_statistics"
    yield Case(name, statistics_kernel, rows, tuned.shipped("H200", name, "", STATISTICS), aligned=aligned)
    name, weighted = "cross_entropy_gradient", {"weights": "*fp32", "z_loss": "fp32"}
    for suffix, given in (("", False), ("_of_part", True)):
        tiles = tuned.shipped("H200", name, "", GRADIENT) | {"GIVEN": given}
        yield Case(name + suffix, gradient_kernel, rows | weighted, tiles, aligned=aligned)
    name, tensors = "cross_entropy_scaling", {"found": "*fp32", "grad": "*fp32", "out": "*bf16", "n": "i32"}
    yield Case(name, scaling_kernel, tensors, tuned.shipped("H200", name, "", SCALING), aligned=("n",))


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """A chunk of the 8B and 1B models' logits; the gradient of the 8B's output."""
    logits = torch.randn(4096, 128256, dtype=torch.bfloat16, device=device)
    targets, weights, lse, found = (torch.zeros(len(logits), device=device) for _ in range(4))
    of_rows = functools.partial(statistics, logits, targets.long(), lse, found)
    yield tuned.Trial("cross_entropy_statistics", CANDIDATES, of_rows)
    both = functools.partial(gradient, logits, targets.long(), weights, lse, found, 0.0, given=False)
    yield tuned.Trial("cross_entropy_gradient", CANDIDATES, both)
    whole, grad = torch.zeros(128256, 4096, device=device), torch.ones((), device=device)
    run = functools.partial(scaled, whole, grad, torch.bfloat16)
    yield tuned.Trial("cross_entropy_scaling", SCALING_CANDIDATES, run)

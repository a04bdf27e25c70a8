"""AdamW in one pass over a tensor: memory-bound, 28 bytes a parameter in fp32, some 40 operations.

What changes from step to step (bias corrections, learning rate, scale) comes as fp32 arguments, which Triton compiles
no new kernel for; a scale that lies on the device is read there.
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

# By the bytes of a weight: 128 bits of a tensor at a time. Where fp32 and bf16 meet, 4 elements a thread: with
# 8, what is loaded goes through shared memory to meet the rest.
DEFAULTS = {4: {"BLOCK": 1024, "num_warps": 8}, 2: {"BLOCK": 2048, "num_warps": 8}}
CANDIDATES = [{"BLOCK": 32 * warps * each, "num_warps": warps} for warps in (4, 8) for each in (4, 8, 16)]


@triton.jit
def _lerp(a, b, w):
    """a + w * (b - a), from the nearer end, as torch.lerp has it."""
    return tl.where(w < 0.5, a + w * (b - a), b - (b - a) * (1 - w))


@triton.jit
def adamw_kernel(
    weight, grad, first, second, copy, scale, number, n,
    new1, new2, correction1, correction2, lr, eps, weight_decay, BLOCK: tl.constexpr,
):  # fmt: skip
    """copy and scale may be None; new1 and new2 are 1 - beta, the corrections 1 - beta ** step."""
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = at < n
    # All is asked for before anything is stored: the compiler moves no load past a store.
    g = tl.load(grad + at, mask=inside, other=0.0).to(tl.float32) * number
    m = tl.load(first + at, mask=inside, other=0.0).to(tl.float32)
    v = tl.load(second + at, mask=inside, other=0.0).to(tl.float32)
    before = tl.load(weight + at, mask=inside, other=0.0).to(tl.float32)
    if scale is not None:
        g *= tl.load(scale).to(tl.float32)
    m = _lerp(m, g, new1)
    v = _lerp(v, g * g, new2)
    change = m / correction1 / (tl.sqrt(v / correction2) + eps)
    after = (before - lr * (change + weight_decay * before)).to(weight.dtype.element_ty)
    tl.store(first + at, m.to(first.dtype.element_ty), mask=inside)
    tl.store(second + at, v.to(second.dtype.element_ty), mask=inside)
    tl.store(weight + at, after, mask=inside)
    if copy is not None:
        tl.store(copy + at, after.to(copy.dtype.element_ty), mask=inside)


def update(
    weight: Tensor,
    grad: Tensor,
    first: Tensor,
    second: Tensor,
    copy: Tensor | None,
    scale: Tensor | None,
    number: float,
    step: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> None:
    """In place. A tensor that is not contiguous is changed as a contiguous copy and written back: slower, and right."""
    n = weight.numel()
    if n == 0:
        return
    changed = [weight, first, second, *([] if copy is None else [copy])]
    flat = [x.contiguous() for x in changed]
    size = weight.element_size()
    tiles = tuned.of("adamw", weight, DEFAULTS[size], weight=size, moments=first.element_size())
    with torch.cuda.device_of(weight):
        adamw_kernel[(triton.cdiv(n, tiles["BLOCK"]),)](
            flat[0], grad.contiguous(), flat[1], flat[2], None if copy is None else flat[3], scale, number, n,
            1 - beta1, 1 - beta2, 1 - beta1**step, 1 - beta2**step, lr, eps, weight_decay, **tiles,
        )  # fmt: skip
    for x, y in zip(changed, flat, strict=True):
        if x is not y:
            x.copy_(y)


def cases() -> Iterator[Case]:
    """fp32 masters with moments of either type, their bf16 copy beside them; and a model all of bf16."""
    scalars = ("number", "new1", "new2", "correction1", "correction2", "lr", "eps", "weight_decay")
    for name, weight, moments, copied in (
        ("adamw", 4, 4, True),
        ("adamw_bf16_moments", 4, 2, True),
        ("adamw_bf16", 2, 2, False),
    ):
        kinds = {"weight": weight, "grad": weight, "first": moments, "second": moments} | (
            {"copy": 2} if copied else {}
        )
        signature = {tensor: "*fp32" if size == 4 else "*bf16" for tensor, size in kinds.items()}
        signature |= {"scale": "*fp32", "n": "i32"} | dict.fromkeys(scalars, "fp32")
        shape = tuned.key(weight=weight, moments=moments)
        tiles = tuned.shipped("H200", "adamw", shape, DEFAULTS[weight])
        yield Case(name, adamw_kernel, signature, tiles | ({} if copied else {"copy": None}), aligned=("n",))


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """A matrix of the 8B model's feed-forward layers, with its copy."""
    for weight, moments in ((torch.float32, torch.float32), (torch.float32, torch.bfloat16), (torch.bfloat16,) * 2):
        kinds = (weight, weight, moments, moments)
        w, grad, first, second = (torch.zeros(4096, 14336, dtype=dtype, device=device) for dtype in kinds)
        copy = torch.zeros_like(w, dtype=torch.bfloat16) if weight == torch.float32 else None
        run = functools.partial(update, w, grad, first, second, copy, None, 1.0, 1, 1e-4, 0.9, 0.95, 1e-8, 0.1)
        yield tuned.Trial("adamw", CANDIDATES, run)

"""SwiGLU forward and backward. Memory-bound: 3 elements a place forward, 5 backward, 6 with the product made anew."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import torch
import triton
import triton.language as tl
from torch import Tensor

from trainer.kernels import tuned
from trainer.kernels.ahead import Case

DEFAULT = {"BLOCK": 4096, "num_warps": 8}
CANDIDATES = [{"BLOCK": block, "num_warps": warps} for block in (1024, 2048, 4096, 8192) for warps in (4, 8)]


@triton.jit
def product_of(g, u, sigmoid, kind: tl.constexpr):
    silu = (g * sigmoid).to(kind).to(tl.float32)  # rounded where the reference rounds
    return (silu * u).to(kind)


@triton.jit
def forward_kernel(gate, up, out, n, BLOCK: tl.constexpr):
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    g = tl.load(gate + at, mask=at < n, other=0.0).to(tl.float32)
    u = tl.load(up + at, mask=at < n, other=0.0).to(tl.float32)
    tl.store(out + at, product_of(g, u, tl.sigmoid(g), out.dtype.element_ty), mask=at < n)


@triton.jit
def backward_kernel(grad, gate, up, grad_gate, grad_up, product, n, BLOCK: tl.constexpr):
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    d = tl.load(grad + at, mask=at < n, other=0.0).to(tl.float32)
    g = tl.load(gate + at, mask=at < n, other=0.0).to(tl.float32)
    u = tl.load(up + at, mask=at < n, other=0.0).to(tl.float32)
    s = tl.sigmoid(g)
    tl.store(grad_up + at, (d * g * s).to(grad_up.dtype.element_ty), mask=at < n)
    tl.store(grad_gate + at, (d * u * s * (1 + g * (1 - s))).to(grad_gate.dtype.element_ty), mask=at < n)
    if product is not None:
        tl.store(product + at, product_of(g, u, s, product.dtype.element_ty), mask=at < n)


def forward(gate: Tensor, up: Tensor) -> Tensor:
    """gate, up of one shape and type, in any layout; gives the product, contiguous."""
    gate, up = gate.contiguous(), up.contiguous()
    out = torch.empty_like(gate)
    tiles = tuned.of("swiglu_forward", gate, DEFAULT)
    with torch.cuda.device_of(gate):
        forward_kernel[(triton.cdiv(gate.numel(), tiles["BLOCK"]),)](gate, up, out, gate.numel(), **tiles)
    return out


def backward(grad: Tensor, gate: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    """The gradients of gate and up; silu is computed anew."""
    gate, up = gate.contiguous(), up.contiguous()
    out = torch.empty_like(gate), torch.empty_like(up)
    _backward(grad.contiguous(), gate, up, *out, None)
    return out


def backward_and_product(grad: Tensor, gate: Tensor, up: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The same, and what `forward` gave, to the bit."""
    gate, up = gate.contiguous(), up.contiguous()
    out = torch.empty_like(gate), torch.empty_like(up), torch.empty_like(gate)
    _backward(grad.contiguous(), gate, up, *out)
    return out


def _backward(
    grad: Tensor, gate: Tensor, up: Tensor, grad_gate: Tensor, grad_up: Tensor, product: Tensor | None
) -> None:
    tiles = tuned.of("swiglu_backward", gate, DEFAULT)
    grid = (triton.cdiv(gate.numel(), tiles["BLOCK"]),)
    with torch.cuda.device_of(gate):
        backward_kernel[grid](grad, gate, up, grad_gate, grad_up, product, gate.numel(), **tiles)


def cases() -> Iterator[Case]:
    """Both passes, the backward one without the product and with it, at the tiles that training uses."""
    ins = ("grad", "gate", "up", "grad_gate", "grad_up")
    for name, kernel, tuned_as, tensors, none in (
        ("swiglu_forward", forward_kernel, "swiglu_forward", ("gate", "up", "out"), {}),
        ("swiglu_backward", backward_kernel, "swiglu_backward", ins, {"product": None}),
        ("swiglu_backward_and_product", backward_kernel, "swiglu_backward", (*ins, "product"), {}),
    ):
        signature = dict.fromkeys(tensors, "*bf16") | {"n": "i32"}
        tiles = tuned.shipped("H200", tuned_as, "", DEFAULT)
        yield Case(name, kernel, signature, tiles | none, aligned=("n",))


def trials(device: torch.device) -> Iterator[tuned.Trial]:
    """8,192 tokens of 8B; the backward pass as of `swiglu_linear`."""
    grad, gate, up = (torch.randn(8192, 14336, dtype=torch.bfloat16, device=device) for _ in range(3))
    yield tuned.Trial("swiglu_forward", CANDIDATES, functools.partial(forward, gate, up))
    yield tuned.Trial("swiglu_backward", CANDIDATES, functools.partial(backward_and_product, grad, gate, up))

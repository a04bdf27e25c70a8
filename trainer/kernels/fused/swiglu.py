"""SwiGLU forward and backward. Memory-bound: 3 elements a place forward, 5 backward (6 with the product made anew)."""

from __future__ import annotations

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
def forward_kernel(gate, up, out, n, BLOCK: tl.constexpr):
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    g = tl.load(gate + at, mask=at < n, other=0.0).to(tl.float32)
    u = tl.load(up + at, mask=at < n, other=0.0).to(tl.float32)
    silu = (g * tl.sigmoid(g)).to(out.dtype.element_ty).to(tl.float32)  # rounded where the reference rounds
    tl.store(out + at, (silu * u).to(out.dtype.element_ty), mask=at < n)


@triton.jit
def backward_kernel(grad, gate, up, grad_gate, grad_up, n, BLOCK: tl.constexpr):
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    d = tl.load(grad + at, mask=at < n, other=0.0).to(tl.float32)
    g = tl.load(gate + at, mask=at < n, other=0.0).to(tl.float32)
    u = tl.load(up + at, mask=at < n, other=0.0).to(tl.float32)
    s = tl.sigmoid(g)
    tl.store(grad_up + at, (d * g * s).to(grad_up.dtype.element_ty), mask=at < n)
    tl.store(grad_gate + at, (d * u * s * (1 + g * (1 - s))).to(grad_gate.dtype.element_ty), mask=at < n)


def forward(gate: Tensor, up: Tensor) -> Tensor:
    """gate, up of one shape and type, in any layout; gives the product, contiguous."""
    gate, up = gate.contiguous(), up.contiguous()
    out = torch.empty_like(gate)
    tiles = tuned.of("swiglu_forward", gate, DEFAULT)
    forward_kernel[(triton.cdiv(gate.numel(), tiles["BLOCK"]),)](gate, up, out, gate.numel(), **tiles)
    return out


def backward(grad: Tensor, gate: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    """The gradients of gate and up; silu is computed anew."""
    grad, gate, up = grad.contiguous(), gate.contiguous(), up.contiguous()
    grad_gate, grad_up = torch.empty_like(gate), torch.empty_like(up)
    tiles = tuned.of("swiglu_backward", gate, DEFAULT)
    grid = (triton.cdiv(gate.numel(), tiles["BLOCK"]),)
    backward_kernel[grid](grad, gate, up, grad_gate, grad_up, gate.numel(), **tiles)
    return grad_gate, grad_up


def cases() -> Iterator[Case]:
    """Both passes, at the tiles that training uses."""
    for name, kernel, tensors in (
        ("swiglu_forward", forward_kernel, ("gate", "up", "out")),
        ("swiglu_backward", backward_kernel, ("grad", "gate", "up", "grad_gate", "grad_up")),
    ):
        signature = dict.fromkeys(tensors, "*bf16") | {"n": "i32"}
        yield Case(name, kernel, signature, tuned.shipped("H200", name, "", DEFAULT), aligned=("n",))

"""Where a transformer runs, and with what precision.

bf16 on a GPU, and on a CPU that multiplies it (AMX, avx512_bf16): weights stay fp32, products are of bf16 (autocast).
Windows of 512 tokens are then read 1.7 times as fast (python -m benchmarks.transformer_speed). The classification head
is fp32 always: a logit of bf16 has 8 bits, steps of 0.016 at 3, and thousands of documents would tie at a cut. With it,
one of 300 pages scored by a trained model differed from fp32, by one thousandth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda")


def pick(device: str) -> torch.device:
    """The device of a name; `auto` is the GPU where there is one."""
    import torch

    kind = device.split(":")[0]
    if kind not in DEVICES:
        raise ValueError(f"device: {device!r} is none of {', '.join(DEVICES)}")
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if kind == "cuda" and not torch.cuda.is_available():
        raise ValueError("device: no GPU that CUDA can use is on this machine; take auto or cpu")
    return torch.device(device)


def bf16(precision: str, device: torch.device) -> bool:
    """Whether products are of bf16."""
    import torch

    if precision != "auto":
        return precision == "bf16"
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()

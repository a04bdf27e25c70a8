"""Attention beside PyTorch's: plain causal rows, and rows packed with documents.

What a pass has to do is counted by the keys that queries attend to: 4 * head_dim operations a head, query and key
forward, and 10 backward (scores are made anew, as everyone does, so it is 5 products to 2). Inputs lie as the model
has them, [B, S, heads, head_dim], and others are given views of them. Keys and values are repeated for all query heads
beforehand, outside of what is timed, where a way cannot share them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from benchmarks import gpu_documents
from benchmarks.gpu_bench import Bench, backward, compiled, forward
from benchmarks.gpu_rows import OURS
from trainer.kernels import choice
from trainer.kernels.attention import attention, reference

HEADS, KV_HEADS, LENGTH = 32, 8, 8192
Function = Callable[[Tensor, Tensor, Tensor], Tensor]


def causal(bench: Bench) -> None:
    """Rows of one document: what libraries are made for."""
    for head_dim in (16,) if bench.tiny else (128, 64):
        length = 40 if bench.tiny else LENGTH
        starts = gpu_documents.starts(1, length, None).to(bench.device)
        ways: dict[str, tuple[Function, bool]] = {
            OURS: (lambda q, k, v, starts=starts: attention(q, k, v, starts), True),
            "SDPA cuDNN": (sdpa(SDPBackend.CUDNN_ATTENTION, None), True),
            "SDPA cuDNN, keys repeated": (sdpa(SDPBackend.CUDNN_ATTENTION, None), False),
            "SDPA flash": (sdpa(SDPBackend.FLASH_ATTENTION, None), True),
            "FlexAttention": (Flex(bench, starts), True),
        }
        if head_dim == 64:
            del ways["FlexAttention"]  # half a minute of compiling; the longer heads show it
        _both_passes(bench, "attention", f"head_dim {head_dim}, {length:,} causal", starts, head_dim, ways)


def documents(bench: Bench) -> None:
    """Rows of packed documents, head_dim 128: what training has."""
    length, head_dim = (40, 16) if bench.tiny else (LENGTH, 128)
    held = torch.zeros(1, length, dtype=torch.int32, device=bench.device)
    flex = Flex(bench, held)
    for mean in (10,) if bench.tiny else (1000, 300, 4000):
        held.copy_(gpu_documents.starts(1, length, mean))
        mask = _mask(held)
        flex.look()
        ways: dict[str, tuple[Function, bool]] = {
            OURS: (lambda q, k, v: attention(q, k, v, held), True),
            "SDPA mask": (lambda q, k, v: reference(q, k, v, held), True),
            "SDPA mask, efficient": (sdpa(SDPBackend.EFFICIENT_ATTENTION, mask), False),
            "SDPA mask, cuDNN": (sdpa(SDPBackend.CUDNN_ATTENTION, mask), True),
            "FlexAttention": (flex, True),
            "varlen_attn": (varlen(held), False),
        }
        name = f"head_dim {head_dim}, {length:,} packed, {gpu_documents.named(mean)}"
        _both_passes(bench, "documents", name, held, head_dim, ways)


def _both_passes(
    bench: Bench, part: str, case: str, starts: Tensor, head_dim: int, ways: Mapping[str, tuple[Function, bool]]
) -> None:
    heads, kv_heads = (2, 1) if bench.tiny else (HEADS, KV_HEADS)
    pairs = gpu_documents.attended(starts)
    dtype = torch.float32 if bench.tiny else torch.bfloat16  # the interpreter computes bf16 wrongly
    rows, length = starts.shape
    moved = 2 * rows * length * head_dim * (2 * heads + 2 * kv_heads)  # q, k, v and what comes out, bf16

    def inputs(seed: int, grouped: bool) -> list[Tensor]:
        drawn = [bench.randn(rows, length, count, head_dim, seed=3 * seed + at, dtype=dtype)
                 for at, count in enumerate((heads, kv_heads, kv_heads))]  # fmt: skip
        return drawn if grouped else [drawn[0], *(x.repeat_interleave(heads // kv_heads, 2) for x in drawn[1:])]

    with choice.chosen({"attention": "triton"}, bench.device):
        for name, timed, flops, factor in (("forward", forward, 4, 1.0), ("backward", backward, 10, 2.0)):
            bench.compare(
                part,
                f"{case}, {name}",
                {
                    way: lambda seed, function=function, grouped=grouped, timed=timed: timed(
                        function, *inputs(seed, grouped)
                    )
                    for way, (function, grouped) in ways.items()
                },
                flops=flops * pairs * heads * head_dim,
                moved=factor * moved,
            )


def sdpa(backend: SDPBackend, mask: Tensor | None) -> Function:
    """PyTorch's by one backend, causal where there is no mask."""

    def computed(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        shared = q.shape[2] != k.shape[2]
        q, k, v = (x.transpose(1, 2) for x in (q, k, v))
        with sdpa_kernel([backend]):
            return F.scaled_dot_product_attention(
                q, k, v, attn_mask=mask, is_causal=mask is None, enable_gqa=shared
            ).transpose(1, 2)

    return computed


class Flex:
    """FlexAttention, compiled once, over the blocks that documents touch; finding those is not timed."""

    def __init__(self, bench: Bench, starts: Tensor) -> None:
        self.bench, self.run, self.blocks = bench, None, None
        self.seen = lambda b, h, q, k: (k <= q) & (k >= starts[b, q])
        self.rows, self.length = starts.shape

    def look(self) -> None:
        """Other documents are in `starts` now."""
        self.blocks = None

    def __call__(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        from torch.nn.attention.flex_attention import create_block_mask, flex_attention

        if self.run is None:
            self.run = compiled(flex_attention, self.bench.device)
        if self.blocks is None:
            size = self.rows, None, self.length, self.length
            self.blocks = create_block_mask(self.seen, *size, device=self.bench.device)
        shared = q.shape[2] != k.shape[2]
        q, k, v = (x.transpose(1, 2) for x in (q, k, v))
        return self.run(q, k, v, block_mask=self.blocks, enable_gqa=shared).transpose(1, 2)


def varlen(starts: Tensor) -> Function:
    """FlashAttention over documents laid end to end, as PyTorch brings it along."""
    ends = gpu_documents.bounds(starts)
    longest = int((ends[1:] - ends[:-1]).max())

    def computed(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        from torch.nn.attention.varlen import varlen_attn

        q, k, v = (x.flatten(0, 1) for x in (q, k, v))
        return varlen_attn(q, k, v, ends, ends, longest, longest, window_size=(-1, 0))

    return computed


def _mask(starts: Tensor) -> Tensor:
    """bool [B, 1, S, S]."""
    rows = torch.arange(starts.shape[1], device=starts.device)
    return ((rows[None, None, :] >= starts[:, :, None]) & (rows[None, None, :] <= rows[None, :, None]))[:, None]

"""Causal attention that never leaves a document: row i of a sequence attends to starts[i] <= j <= i.

A document is an interval of the row, so its mask is one integer a query, and tiles outside of it need not be computed.
Padding attends to itself alone (starts[i] = i).
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainer.kernels import choice
from trainer.kernels.names import refusal


def reference(q: Tensor, k: Tensor, v: Tensor, starts: Tensor, first_row: int = 0) -> Tensor:
    """q [B, Q, H, D]; k, v [B, S, K, D] with H a multiple of K; starts int32 [B, Q]. Gives [B, Q, H, D].

    Query i stands at row `first_row` + i of the keys: a rank of context parallelism holds some queries and all keys.
    The mask is held whole: B * Q * S bytes.
    """
    rows = torch.arange(first_row, first_row + q.shape[1], device=q.device)
    keys = torch.arange(k.shape[1], device=q.device)
    seen = (keys[None, None, :] >= starts[:, :, None]) & (keys[None, None, :] <= rows[None, :, None])
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    grouped = {"enable_gqa": True} if q.shape[1] != k.shape[1] else {}  # no symbol, where sizes are symbols
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=seen[:, None], **grouped)
    return out.transpose(1, 2)


def by_documents(q: Tensor, k: Tensor, v: Tensor, starts: Tensor) -> Tensor:
    """The same for all queries of a row, one document after the other: no mask, and nothing computed outside of it.

    On a CPU and rows of 2,048 with documents of 800 tokens it costs a tenth. It looks at `starts`, so a GPU would wait.
    """
    places = torch.arange(starts.shape[1], dtype=starts.dtype)
    rows = []
    for row in range(len(q)):
        begun = (starts[row] == places).nonzero().flatten().tolist()
        pieces = _pieces([*begun, len(places)])
        rows.append(torch.cat([_within(q[row, part], k[row, part], v[row, part], alone) for part, alone in pieces]))
    return torch.stack(rows)


def _pieces(bounds: list[int]) -> Iterator[tuple[slice, bool]]:
    """Documents, and stretches of documents of one token, as padding is."""
    at = 0
    while at < len(bounds) - 1:
        end = at + 1
        while bounds[end] - bounds[at] == end - at and end + 1 < len(bounds) and bounds[end + 1] == bounds[end] + 1:
            end += 1
        yield slice(bounds[at], bounds[end]), bounds[end] - bounds[at] == end - at
        at = end


def _within(q: Tensor, k: Tensor, v: Tensor, alone: bool) -> Tensor:
    """q [S, H, D] of one document, or of documents of one token each, which see their own value alone."""
    if alone:
        return v.repeat_interleave(q.shape[1] // v.shape[1], dim=1)
    q, k, v = (x.transpose(0, 1)[None] for x in (q, k, v))
    out = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=q.shape[1] != k.shape[1])
    return out[0].transpose(0, 1)


def attention(q: Tensor, k: Tensor, v: Tensor, starts: Tensor, first_row: int = 0) -> Tensor:
    """What the model calls: as `reference`, by the kernel that was chosen or the way that is fastest on a CPU."""
    if choice.fused("attention", q) and not refusal(q.shape[-1]):
        _check(q, k, v, starts, first_row)
        return _fused(q, k, v, starts.expand(q.shape[:2]).int(), first_row)[0]
    # Documents are looked at one by one, which no graph of torch.compile can.
    if q.device.type == "cpu" and q.shape[1] == k.shape[1] and not torch.compiler.is_compiling():
        return by_documents(q, k, v, starts)
    return reference(q, k, v, starts, first_row)


def _check(q: Tensor, k: Tensor, v: Tensor, starts: Tensor, first_row: int) -> None:
    """What the kernel would not notice: past the last key or head bulk copies read zeros, others what lies there."""
    rows, queries, heads, width = q.shape
    if k.shape != v.shape or k.dtype != q.dtype or v.dtype != q.dtype or (k.shape[0], k.shape[3]) != (rows, width):
        raise ValueError(
            f"queries {list(q.shape)}, keys {list(k.shape)} and values {list(v.shape)} are not [B, Q, H, D] and twice "
            "[B, S, K, D], of one type"
        )
    if heads % k.shape[2]:
        raise ValueError(f"{heads} heads of queries cannot share {k.shape[2]} of keys: make one divide the other")
    if first_row + queries > k.shape[1]:
        raise ValueError(f"{queries} queries from row {first_row} on need as many keys; there are {k.shape[1]}")
    if starts.dim() != 2 or starts.shape[1] != queries or starts.shape[0] not in (1, rows):
        raise ValueError(f"starts {list(starts.shape)} are not one number a query, [{rows}, {queries}]")


class DocumentAttention(nn.Module):
    """Attention itself, a module of its own so that context parallelism can put another in its place."""

    def forward(self, q: Tensor, k: Tensor, v: Tensor, starts: Tensor) -> Tensor:
        return attention(q, k, v, starts)


# Checkpointing that is selective keeps what this gives by its name: "attention" and not "backward".
@torch.library.custom_op("curate::attention", mutates_args=())
def _fused(q: Tensor, k: Tensor, v: Tensor, starts: Tensor, first_row: int) -> tuple[Tensor, Tensor]:
    from trainer.kernels.fused import attention_forward

    return attention_forward.forward(q, k, v, starts, first_row)


@torch.library.custom_op("curate::attention_backward", mutates_args=())
def _fused_backward(
    grad: Tensor, q: Tensor, k: Tensor, v: Tensor, out: Tensor, lse: Tensor, starts: Tensor, first_row: int
) -> tuple[Tensor, Tensor, Tensor]:
    from trainer.kernels.fused import attention_backward

    return attention_backward.backward(grad, q, k, v, out, lse, starts, first_row)


@_fused.register_fake
def _(q: Tensor, k: Tensor, v: Tensor, starts: Tensor, first_row: int) -> tuple[Tensor, Tensor]:
    batch, length, heads, _ = q.shape
    return q.new_empty(q.shape), q.new_empty((batch, heads, length), dtype=torch.float32)


@_fused_backward.register_fake
def _(
    grad: Tensor, q: Tensor, k: Tensor, v: Tensor, out: Tensor, lse: Tensor, starts: Tensor, first_row: int
) -> tuple[Tensor, Tensor, Tensor]:
    return q.new_empty(q.shape), k.new_empty(k.shape), v.new_empty(v.shape)


def _keep(ctx, inputs, output):
    *tensors, ctx.first_row = inputs
    out, lse = output
    ctx.save_for_backward(*tensors, out, lse)
    ctx.mark_non_differentiable(lse)


def _backward(ctx, grad, _):
    q, k, v, starts, out, lse = ctx.saved_tensors
    return *_fused_backward(grad, q, k, v, out, lse, starts, ctx.first_row), None, None


_fused.register_autograd(_backward, setup_context=_keep)

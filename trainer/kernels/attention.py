"""Causal attention that never leaves a document: row i of a sequence attends to starts[i] <= j <= i.

A document is an interval of the row, so its mask is one integer a query, and tiles outside of it need not be computed.
Padding attends to itself alone (starts[i] = i).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def reference(q: Tensor, k: Tensor, v: Tensor, starts: Tensor, first_row: int = 0) -> Tensor:
    """q [B, Q, H, D]; k, v [B, S, K, D] with H a multiple of K; starts int32 [B, Q]. Gives [B, Q, H, D].

    Query i stands at row `first_row` + i of the keys: a rank of context parallelism holds some queries and all keys.
    The mask is held whole: B * Q * S bytes.
    """
    rows = torch.arange(first_row, first_row + q.shape[1], device=q.device)
    keys = torch.arange(k.shape[1], device=q.device)
    seen = (keys[None, None, :] >= starts[:, :, None]) & (keys[None, None, :] <= rows[None, :, None])
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=seen[:, None], enable_gqa=q.shape[1] != k.shape[1])
    return out.transpose(1, 2)


attention = reference

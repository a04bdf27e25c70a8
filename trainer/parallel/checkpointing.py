"""Activations made anew in the backward pass instead of kept (Chen et al. 2016), a block at a time.

`full` keeps what goes into a block and nothing within: the least memory, and a forward pass more, about a third of a
step's work. `selective` keeps also what is dear to compute, the outputs of matrix products and of attention, and makes
norms, rotary positions and SwiGLU anew (Korthikanti et al. 2022 choose by the same measure): their time is a few
percent of a step, and they are about a third of a block's activations. Gradients are the same to the bit.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import torch
from torch.utils.checkpoint import CheckpointPolicy, checkpoint, create_selective_checkpoint_contexts

from trainer.model import Llama

_PRODUCTS = (torch.ops.aten.mm.default, torch.ops.aten.addmm.default, torch.ops.aten.bmm.default)


def apply(model: Llama, kind: Literal["none", "selective", "full"]) -> None:
    """Change how the blocks of `model` are called; names and weights stay."""
    options: dict[str, Any] = {"use_reentrant": False, "preserve_rng_state": False}  # nothing is drawn in a block
    if kind == "selective":
        options["context_fn"] = partial(create_selective_checkpoint_contexts, _policy)
    if kind == "none":
        return
    for block in model.layers.values():
        # An attribute of the instance: what FSDP hooks into is the call around it, so that weights are there again.
        block.__dict__["forward"] = partial(checkpoint, block.forward, **options)


def _policy(_context: Any, op: Any, *_args: Any, **_options: Any) -> CheckpointPolicy:
    name = op.name() if isinstance(op, torch._ops.OpOverload) else ""
    dear = op in _PRODUCTS or ("attention" in name and "backward" not in name)
    return CheckpointPolicy.MUST_SAVE if dear else CheckpointPolicy.PREFER_RECOMPUTE

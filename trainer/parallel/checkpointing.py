"""Activations made anew in the backward pass instead of kept (Chen et al. 2016), a block at a time.

`full` keeps what goes into a block and nothing within: the least memory, and a forward pass more, about a third of a
step's work. `selective` keeps also what is dear to compute, the results of matrix products and of attention, and makes
norms, rotary positions and SwiGLU anew (Korthikanti et al. 2022 choose by the same measure). Gradients are the same to
the bit. Collectives that gather are done again; those that sum are kept with their product.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

import torch
from torch.utils.checkpoint import CheckpointPolicy, checkpoint, create_selective_checkpoint_contexts

from trainer.model import Block, Llama
from trainer.parallel.collectives import SUM_PART

_PRODUCTS = (torch.ops.aten.mm.default, torch.ops.aten.addmm.default)
_here = threading.local()  # a GPU's backward pass runs in a thread of its own


def apply(model: Llama, kind: Literal["none", "selective", "full"]) -> None:
    """Change how the blocks of `model` are called; names and weights stay."""
    options: dict[str, Any] = {"use_reentrant": False, "preserve_rng_state": False}  # nothing is drawn in a block
    if kind == "selective":
        options["context_fn"] = partial(create_selective_checkpoint_contexts, _policy)
    if kind == "none":
        return
    for block in model.layers.values():
        assert isinstance(block, Block)
        # An attribute of the instance: what FSDP hooks into is the call around it, so that weights are there again.
        block.__dict__["forward"] = partial(checkpoint, block.forward, **options)


@contextmanager
def not_kept() -> Iterator[None]:
    """Products within are not kept."""
    _here.not_kept = True
    try:
        yield
    finally:
        _here.not_kept = False


def _policy(_context: Any, op: Any, *_args: Any, **_options: Any) -> CheckpointPolicy:
    name = op.name() if isinstance(op, torch._ops.OpOverload) else ""
    product = op in _PRODUCTS and not getattr(_here, "not_kept", False)
    dear = product or op == SUM_PART or ("attention" in name and "backward" not in name)
    return CheckpointPolicy.MUST_SAVE if dear else CheckpointPolicy.PREFER_RECOMPUTE

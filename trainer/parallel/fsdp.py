"""FSDP2 (Zhao et al. 2023): weights, gradients and moments in equal parts over the data and context ranks.

A block's weights are gathered when it is needed and its gradients summed as soon as they are there. Masters are fp32
and summed in fp32; what is gathered, and so what is computed with, is bf16 under mixed precision. Gradients are
summed, never averaged: the loss has been divided by the weight of the whole batch already.

Under a pipeline many microbatches pass before an update. Weights then stay gathered and gradients whole until the
last of them, as for Llama 3 (Grattafiori et al. 2024, 3.3.2): else each would gather and sum everything again.
"""

from __future__ import annotations

import torch
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard

from trainer.model import Llama


def shard(model: Llama, mesh: DeviceMesh, bf16: bool, reshard: bool) -> None:
    """Spread `model` over `mesh`; with `reshard` blocks are freed after the forward pass and gathered once more."""
    # The tables of rotary positions are fp32 and stay so: nothing that goes in is cast.
    policy = (
        MixedPrecisionPolicy(torch.bfloat16, torch.float32, cast_forward_inputs=False)
        if bf16
        else MixedPrecisionPolicy(cast_forward_inputs=False)
    )
    blocks = list(model.layers.values())
    if not model.config.tied_embeddings:  # tied weights belong to both ends, and stay with the whole
        blocks += [part for part in (model.tok_embeddings, model.output) if part is not None]
    for part in blocks:
        fully_shard(part, mesh=mesh, mp_policy=policy, reshard_after_forward=reshard)
    fully_shard(model, mesh=mesh, mp_policy=policy, reshard_after_forward=False)
    for part in model.modules():
        if isinstance(part, FSDPModule):
            part.set_gradient_divide_factor(1.0)
            part.set_force_sum_reduction_for_comms(True)

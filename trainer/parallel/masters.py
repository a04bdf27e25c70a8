"""fp32 masters beside a bf16 model, for one process: what FSDP2's mixed precision is where there is nothing to shard.

The model's weights are a bf16 copy, made anew before each step. A gradient goes over to the master, and into fp32, as
soon as it is complete, so that no second set of them lies around: 2 bytes a parameter more than the masters' own.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn


class Masters:
    def __init__(self, models: Iterable[nn.Module]) -> None:
        self.weights: dict[str, Tensor] = {}
        self._copies: dict[str, nn.Parameter] = {}
        for model in models:
            for name, weight in model.named_parameters():
                master = nn.Parameter(weight.detach())  # fp32, as the model was built
                weight.data = torch.empty_like(weight, dtype=torch.bfloat16)
                weight.register_post_accumulate_grad_hook(_handed_to(master))
                self.weights[name], self._copies[name] = master, weight

    @torch.no_grad()
    def copy_to_model(self) -> None:
        for name, copy in self._copies.items():
            copy.copy_(self.weights[name])


def _handed_to(master: nn.Parameter):
    def hand_over(copy: Tensor) -> None:
        assert copy.grad is not None
        wide = copy.grad.float()
        master.grad = wide if master.grad is None else master.grad.add_(wide)
        copy.grad = None

    return hand_over

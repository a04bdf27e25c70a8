"""AdamW over a model's parameters, by name: moments in fp32 or bf16, clipping by the norm of all gradients folded in.

Matrices are decayed, vectors (the norms' weights) are not. Moments lie as their parameters do, sharded or not, so
that a checkpoint can hand them to another mesh. The step count is the training loop's. Where parameters are masters of
a bf16 model (`masters`) the model's copy is written in the same pass.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from trainer.kernels.adamw import adamw
from trainer.parallel.collectives import local
from trainer.parallel.masters import Masters


class AdamW:
    def __init__(
        self,
        parameters: Mapping[str, Tensor],
        *,
        betas: tuple[float, float] = (0.9, 0.95),
        eps: float = 1e-8,
        weight_decay: float = 0.1,
        states: torch.dtype = torch.float32,
        masters: Masters | None = None,
    ) -> None:
        self.parameters, self.masters = dict(parameters), masters
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay
        self.first = {name: torch.zeros_like(weight, dtype=states) for name, weight in self.parameters.items()}
        self.second = {name: torch.zeros_like(weight, dtype=states) for name, weight in self.parameters.items()}

    @torch.no_grad()
    def step(self, step: int, lr: float, scale: float | Tensor = 1.0) -> None:
        """The `step`-th update, from 1; gradients are multiplied by `scale` and then forgotten."""
        for name, weight in self.parameters.items():
            if weight.grad is None:
                continue
            adamw(
                local(weight),
                local(weight.grad),
                local(self.first[name]),
                local(self.second[name]),
                step=step,
                lr=lr,
                betas=self.betas,
                eps=self.eps,
                weight_decay=self.weight_decay if weight.dim() > 1 else 0.0,
                scale=scale,
                copy=self.masters.copy_of(name) if self.masters is not None else None,
            )
            if self.masters is not None:
                self.masters.copied(name)
        self.forget()

    def forget(self) -> None:
        """Drop all gradients."""
        for weight in self.parameters.values():
            weight.grad = None

    def state(self) -> dict[str, dict[str, Tensor]]:
        """The moments by name, the tensors themselves: what a checkpoint saves, and loads in place."""
        return {"first": self.first, "second": self.second}

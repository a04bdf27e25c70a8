"""The trainer's own parts around one model on one device, put together as `trainer.parallel.engine.Engine` and
`trainer.train` do: fp32 masters beside a bf16 model, gradients added up over microbatches, their norm, AdamW.

Engine itself wants a recipe, and so pydantic, and names hashed by xxhash, which a borrowed machine may not have; a test
holds this loop to its weights, to the bit, from the same first ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.profiler import record_function

from benchmarks import gpu_documents
from trainer.config import ModelConfig
from trainer.kernels.grad_norm import grad_norm
from trainer.model import Llama, drawn_from
from trainer.optimizer import AdamW
from trainer.parallel import checkpointing
from trainer.parallel.masters import Masters

CLIP = 1.0
Checkpointing = Literal["none", "selective", "full"]


@dataclass(frozen=True)
class Text:
    """Rows on the device, as `trainer.parallel.rows.Rows` has them."""

    tokens: Tensor
    targets: Tensor
    weights: Tensor
    starts: Tensor
    positions: Tensor

    @classmethod
    def of(cls, tokens: Tensor, starts: Tensor) -> Text:
        """The last token of a document predicts nothing."""
        length = tokens.shape[1]
        targets, weights = torch.zeros_like(tokens), torch.zeros(tokens.shape, device=tokens.device)
        weights[:, :-1] = starts[:, 1:] == starts[:, :-1]
        targets[:, :-1] = torch.where(weights[:, :-1] > 0, tokens[:, 1:], 0)
        positions = torch.arange(length, dtype=starts.dtype, device=starts.device)[None] - starts
        return cls(tokens, targets, weights, starts, positions)

    @classmethod
    def random(cls, vocabulary: int, rows: int, length: int, mean: int | None, device: torch.device) -> Text:
        generator = torch.Generator().manual_seed(rows * length)
        tokens = torch.randint(vocabulary, (rows, length), generator=generator)
        return cls.of(tokens.to(device), gpu_documents.starts(rows, length, mean).to(device))

    def split(self, rows: int) -> list[Text]:
        return [Text(*part) for part in zip(*(tensor.split(rows) for tensor in vars(self).values()), strict=True)]


class Trained:
    """A model, its masters where it is bf16, and its optimizer."""

    def __init__(
        self, config: ModelConfig, device: torch.device, length: int, *, bf16: bool, states: torch.dtype, seed: int = 0
    ) -> None:
        self.config = config
        with torch.device("meta"):
            self.model = Llama(config)
        self.model.to_empty(device=device)
        self.model.tie()
        self.model.set_longest(length)
        self.masters = Masters([self.model]) if bf16 else None
        parameters = self.masters.weights if self.masters else dict(self.model.named_parameters())
        generator = torch.Generator(device).manual_seed(seed)
        with torch.no_grad():
            for name, weight in parameters.items():
                weight.copy_(drawn_from(generator, name, weight.shape, config))
        self.optimizer = AdamW(parameters, states=states, masters=self.masters)
        self.steps = 0

    def keep(self, kind: Checkpointing) -> None:
        """Another kind of activation checkpointing from now on."""
        for block in self.model.layers.values():
            block.__dict__.pop("forward", None)
        checkpointing.apply(self.model, kind)

    def step(self, text: Text, rows: int, lr: float = 1e-4) -> Tensor:
        """One update, by microbatches of so many rows; gives the losses [rows, length] on the CPU."""
        total = float(text.weights.double().sum()) or 1.0
        if self.masters is not None:
            with record_function("master copies"):
                self.masters.copy_to_model()
        losses = []
        for part in text.split(rows):
            loss, nll = self.model(part.tokens, part.starts, part.positions, part.targets, part.weights)
            (loss / total).backward()
            losses.append(nll.detach())
        nll = torch.cat(losses).cpu()
        with record_function("grad norm"), torch.no_grad():
            grads = [weight.grad for weight in self.optimizer.parameters.values()]
            norm = float(grad_norm([grad for grad in grads if grad is not None]).sqrt())
        self.steps += 1
        with record_function("adamw"):
            self.optimizer.step(self.steps, lr, min(1.0, CLIP / (norm + 1e-6)))
        return nll

"""Whether a step is a spike: a loss or a gradient far above its running mean, or one that is no number.

PaLM (Chowdhery et al. 2022, 5.1) went back to a checkpoint and skipped the batches around a spike; skipping the one
batch before it touches the weights costs less and is tried first. The decision rests on numbers that every rank has,
and its running means are saved with the checkpoint: a resumed run decides as an undisturbed one.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from trainer.recipe import Spikes

DECAY = 0.98  # a memory of some fifty steps


@dataclass
class Watch:
    """Running means over the steps that were no spikes."""

    steps: int = 0
    loss: float = 0.0
    norm: float = 0.0
    spikes: int = 0

    def reason(self, settings: Spikes, loss: float, norm: float) -> str | None:
        """Why this step is a spike, or None."""
        if not (math.isfinite(loss) and math.isfinite(norm)):
            return f"{'loss' if not math.isfinite(loss) else 'gradient norm'} is no number"
        if self.steps < settings.after:
            return None
        if loss > self.loss + settings.above:
            return f"loss {loss:.3f} is more than {settings.above:g} over its mean of {self.loss:.3f}"
        if norm > self.norm * settings.norm_above:
            return f"gradient norm {norm:.3g} is more than {settings.norm_above:g} times its mean of {self.norm:.3g}"
        return None

    def add(self, loss: float, norm: float) -> None:
        """Of a step that was no spike. The mean of the first steps is plain, so that it does not begin at 0."""
        keep = min(DECAY, self.steps / (self.steps + 1))
        self.loss = keep * self.loss + (1 - keep) * loss
        self.norm = keep * self.norm + (1 - keep) * norm
        self.steps += 1

    def state(self) -> dict[str, Any]:
        return asdict(self)

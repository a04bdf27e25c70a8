"""Where a run stands: what a checkpoint keeps beside tensors, so that a resumed run goes on as if nothing had been."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trainer.spikes import Watch


@dataclass
class Progress:
    step: int = 0  # points of the loss curve so far
    shift: int = 0  # batches that going back has left out: step n learns from batch n + shift
    updates: int = 0  # steps that changed the weights
    tokens: int = 0  # learnt from, padding not counted
    data: str = ""  # fingerprint of what the batches depend on
    recipe: dict[str, Any] = field(default_factory=dict)  # those of its fields that decide what is computed
    watch: Watch = field(default_factory=Watch)

    def state(self) -> dict[str, Any]:
        return {**vars(self), "watch": self.watch.state()}

    @classmethod
    def of(cls, state: dict[str, Any]) -> Progress:
        return cls(**{**state, "watch": Watch(**state["watch"])})

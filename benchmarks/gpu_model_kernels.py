"""All Triton kernels of the trainer, compiled once: those that walk tiles, and those that stream through memory."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.gpu_model_memory import Stream, stream
from benchmarks.gpu_model_walk import Walk, walk
from trainer.config import ModelConfig
from trainer.kernels.ahead import Case, all_cases


@dataclass(frozen=True)
class Kernels:
    cases: dict[str, Case]
    walks: dict[str, Walk]
    streams: dict[str, Stream]

    def of(self, name: str, config: ModelConfig) -> Stream:
        """The kernel of this name for the model's width; a width that was not compiled is served by another's code."""
        named = [name, *(f"{name}_{width}" for width in (config.dim, config.head_dim))]
        exact = [self.streams[each] for each in named if each in self.streams]
        return exact[-1] if exact else next(self.streams[each] for each in self.streams if each.startswith(name))

    @staticmethod
    def adamw(moments: int) -> str:
        return "adamw" if moments == 4 else "adamw_bf16_moments"


def compiled_all() -> Kernels:
    cases = {case.name: case for case in all_cases()}
    walks = {name: walk(case) for name, case in cases.items() if case.matrix}
    return Kernels(cases, walks, {name: stream(case) for name, case in cases.items() if not case.matrix})

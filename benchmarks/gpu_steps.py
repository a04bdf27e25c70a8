"""Whole training steps of the 1B and the 8B model on one device, rows of 8,192: tokens a second, MFU, memory, and
where the time goes.

8B holds 12 bytes a parameter with bf16 moments (an fp32 master, a bf16 copy, gradient and two moments), 96 GB, and 14
where gradients of several rows are added up in fp32. What is left decides how many activations are kept; the settings
are tried from the fastest down until one fits. Steps are the trainer's defaults, deterministic algorithms too. Times
are a host's clock over whole steps, the device's work awaited.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import torch

from benchmarks import gpu_breakdown, gpu_documents
from benchmarks.gpu_bench import Bench, shortly
from benchmarks.gpu_rows import Step
from benchmarks.gpu_training import Checkpointing, Text, Trained
from trainer import ranks
from trainer.config import PRESETS, ModelConfig
from trainer.kernels import choice
from trainer.kernels.names import NAMES, Name, Way
from trainer.metrics import mfu

LENGTH = 8192
TINY = ModelConfig(16, 1, 1, 1, 16, vocab_size=32, tied_embeddings=True)
SECONDS = 5.0  # of steps that are timed, three at least
ATTENTION = "triton attention only"
WAYS: dict[str, Way | dict[Name, Way]] = {
    "triton": "triton",
    "reference": "reference",
    ATTENTION: {**dict.fromkeys(NAMES, "reference"), "attention": "triton"},
}


@dataclass(frozen=True)
class Setting:
    rows: int  # that go through the model at once
    checkpointing: Checkpointing


@dataclass(frozen=True)
class Model:
    name: str
    config: ModelConfig
    states: torch.dtype
    settings: tuple[Setting, ...]  # the fastest first
    rows: int  # a step, added up over as many passes as the setting needs
    more_rows: int = 0  # a step, in one more line: the update's share of a step is less then


EIGHT = Model(
    "8B", PRESETS["8b"], torch.bfloat16, (Setting(1, "none"), Setting(1, "selective"), Setting(1, "full")), 1, 4
)
ONE = Model(
    "1B", PRESETS["1b"], torch.float32,
    (Setting(4, "none"), Setting(2, "none"), Setting(1, "none"), Setting(1, "full")), 4,
)  # fmt: skip


def eight(bench: Bench) -> None:
    Measured(bench, EIGHT).all()


def one(bench: Bench) -> None:
    Measured(bench, ONE).all()


class Measured:
    """One model, in all the ways that are shown."""

    def __init__(self, bench: Bench, model: Model) -> None:
        self.bench, self.model, self.cuda = bench, model, bench.device.type == "cuda"
        self.config, self.length = (TINY, 6) if bench.tiny else (model.config, LENGTH)
        states = model.states if self.cuda else torch.float32
        ranks.deterministic()
        self.trained = Trained(self.config, bench.device, self.length, bf16=self.cuda, states=states)
        self.fitting: dict[tuple[str, int], int] = {}  # the first setting that did, by way and rows

    def all(self) -> None:
        """What is wanted most comes first."""
        rows = 1 if self.bench.tiny else self.model.rows
        self.measured("triton", rows, None, profiled=True)
        self.measured("triton", rows, 1000, profiled=not self.bench.tiny)
        self.measured("reference", rows, None, profiled=True)
        if self.bench.tiny:
            return
        if self.model.more_rows:
            self.measured("triton", self.model.more_rows, None)
        self.measured("triton", rows, 300)
        self.measured("triton", rows, 4000)
        self.measured(ATTENTION, rows, None)

    def measured(self, way: str, rows: int, mean: int | None, profiled: bool = False) -> None:
        """A row of the report, at the fastest setting that fits, or saying why there is none."""
        step = Step(self.model.name, gpu_documents.named(mean), way, self.length, rows * self.length, "", None)
        said = "no time was left"
        for at, setting in enumerate(self.model.settings):
            if time.monotonic() > self.bench.until or at < self.fitting.get((way, rows), 0):
                continue
            try:
                with choice.chosen(WAYS[way], self.bench.device):
                    figures = self.figures(setting, rows, mean, profiled)
                self.fitting[way, rows] = at
                return self.add(replace(step, **figures))
            except Exception as error:
                said = shortly(error)
                if not re.search("out of memory|ALLOC_FAILED", str(error)):
                    break
            finally:
                self.trained.optimizer.forget()
                self.bench.forget()
        self.add(replace(step, note=f"not available: {said}"))

    def figures(self, setting: Setting, rows: int, mean: int | None, profiled: bool) -> dict[str, Any]:
        bench, trained, passed = self.bench, self.trained, min(rows, setting.rows)
        trained.keep(setting.checkpointing)
        mean = 3 if mean and bench.tiny else mean
        text = Text.random(self.config.vocab_size, rows, self.length, mean, bench.device)
        self._seconds(text, passed)  # what is compiled or chosen at the first call
        if self.cuda:
            torch.cuda.reset_peak_memory_stats()
        times: list[float] = []
        while len(times) < (1 if bench.tiny else 3) or (len(times) < 8 and sum(times) < SECONDS and not bench.tiny):
            times.append(self._seconds(text, passed))
        spent, tokens = median(times), text.tokens.numel()
        memory = torch.cuda.max_memory_allocated() / 1e9 if self.cuda else None
        peak = mfu.peak(torch.cuda.get_device_name(bench.device)) if self.cuda else None
        flops = mfu.step_flops(self.config, self.length, tokens, gpu_documents.attended(text.starts))
        states = {torch.bfloat16: "bf16", torch.float32: "fp32"}[self.model.states]
        return {
            "settings": f"checkpointing {setting.checkpointing}, {states} moments, {passed} rows at a time",
            "ms": spent * 1e3,
            "tokens_s": tokens / spent,
            "mfu": {name: each / spent / peak for name, each in flops.items()} if peak else {},
            "memory_gb": memory,
            **(self.profiled(text, passed) if profiled else {}),
        }

    def profiled(self, text: Text, rows: int) -> dict[str, Any]:
        """One more step. What was timed before it stands, whatever a profiler may lack on this machine."""
        try:
            return {"breakdown": gpu_breakdown.of(lambda: self.trained.step(text, rows), self.bench.device)}
        except Exception as error:
            return {"note": f"not profiled: {shortly(error)}"}

    def _seconds(self, text: Text, rows: int) -> float:
        begun = time.perf_counter()
        self.trained.step(text, rows)
        if self.cuda:
            torch.cuda.synchronize()
        return time.perf_counter() - begun

    def add(self, step: Step) -> None:
        self.bench.report.steps.append(step)
        rate = f"{step.tokens_s:,.0f} tokens/s" if step.tokens_s else step.note
        print(f"{step.model}, {step.kernels}, documents {step.documents}: {rate} {step.settings}", flush=True)
        self.bench.save()

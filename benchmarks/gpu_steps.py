"""Whole training steps of the 1B and the 8B model on one device, rows of 8,192: tokens a second, MFU, memory, and
where the time goes.

8B holds 14 bytes a parameter with bf16 moments (fp32 master and gradient, bf16 copy, two moments): 112 GB. What is
left decides how many activations are kept; the settings are tried from the fastest down until one fits. Steps are the
trainer's defaults, deterministic algorithms too. Times are a host's clock over steps that each end with the device
done, from the second step after the warm-up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

import torch

from benchmarks import gpu_breakdown, gpu_documents
from benchmarks.gpu_bench import Bench, shortly
from benchmarks.gpu_rows import Step
from benchmarks.gpu_training import Checkpointing, Text, Trained
from trainer import ranks
from trainer.config import PRESETS, ModelConfig
from trainer.kernels import choice
from trainer.kernels.names import Way
from trainer.metrics import mfu

LENGTH = 8192
TINY = ModelConfig(32, 2, 2, 1, 64, vocab_size=96, tied_embeddings=True)
DOCUMENTS = (None, 1000, 300, 4000)


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
    rows: tuple[int, ...]  # a step; packed documents have the first


EIGHT = Model(
    "8B", PRESETS["8b"], torch.bfloat16, (Setting(1, "none"), Setting(1, "selective"), Setting(1, "full")), (1, 4)
)
ONE = Model(
    "1B", PRESETS["1b"], torch.float32,
    (Setting(4, "none"), Setting(2, "none"), Setting(1, "none"), Setting(1, "full")), (4,),
)  # fmt: skip


def eight(bench: Bench) -> None:
    Measured(bench, EIGHT).all()


def one(bench: Bench) -> None:
    Measured(bench, ONE).all()


class Measured:
    """One model, in all the ways that are shown."""

    def __init__(self, bench: Bench, model: Model) -> None:
        self.bench, self.model = bench, model
        self.config = TINY if bench.tiny else model.config
        self.length = 32 if bench.tiny else LENGTH
        self.trained: Trained | None = None

    def all(self) -> None:
        ranks.deterministic()
        cuda = self.bench.device.type == "cuda"
        self.trained = Trained(
            self.config, self.bench.device, self.length, bf16=cuda, states=self.model.states if cuda else torch.float32
        )
        for mean in DOCUMENTS[: 2 if self.bench.tiny else None]:
            self.measured("triton", self.model.rows[0], mean, profiled=mean in (None, 1000))
        for rows in self.model.rows[1:]:
            self.measured("triton", rows, None)
        self.measured("reference", self.model.rows[0], None, profiled=True)

    def measured(self, way: Way, rows: int, mean: int | None, profiled: bool = False) -> None:
        """A row of the report, at the fastest setting that fits, or saying why there is none."""
        step = Step(self.model.name, gpu_documents.named(mean), way, self.length, rows * self.length, "", None)
        said = "no time was left"
        for setting in self.model.settings:
            if time.monotonic() > self.bench.until or setting.rows > rows:
                continue
            try:
                with choice.chosen(way, self.bench.device):
                    return self.add(Step(**{**vars(step), **self.figures(setting, rows, mean, profiled)}))
            except torch.OutOfMemoryError:
                said = "out of memory"
            except Exception as error:
                said = shortly(error)
                break
            finally:
                assert self.trained is not None
                self.trained.optimizer.forget()
                self.bench.forget()
        self.add(Step(**{**vars(step), "note": f"not available: {said}"}))

    def figures(self, setting: Setting, rows: int, mean: int | None, profiled: bool) -> dict:
        bench, trained = self.bench, self.trained
        assert trained is not None
        trained.keep(setting.checkpointing)
        mean = mean if mean is None or not bench.tiny else 8
        text = Text.random(self.config.vocab_size, rows, self.length, mean, bench.device)
        cuda = bench.device.type == "cuda"
        trained.step(text, setting.rows)
        if cuda:
            torch.cuda.reset_peak_memory_stats()
        times = [self._seconds(text, setting.rows) for _ in range(1 if bench.tiny else 6)]
        memory = torch.cuda.max_memory_allocated() / 1e9 if cuda else None
        spent = median(times[1:] or times)
        tokens = text.tokens.numel()
        peak = mfu.peak(torch.cuda.get_device_name(bench.device)) if cuda else None
        flops = mfu.step_flops(self.config, self.length, tokens, gpu_documents.attended(text.starts))
        states = {torch.bfloat16: "bf16", torch.float32: "fp32"}[self.model.states]
        breakdown = {}
        if profiled:
            breakdown = gpu_breakdown.of(lambda: trained.step(text, setting.rows), bench.device)
        return {
            "settings": f"checkpointing {setting.checkpointing}, {states} moments, {setting.rows} rows at a time",
            "ms": spent * 1e3,
            "tokens_s": tokens / spent,
            "mfu": {name: each / spent / peak for name, each in flops.items()} if peak else {},
            "memory_gb": memory,
            "breakdown": breakdown,
        }

    def _seconds(self, text: Text, rows: int) -> float:
        begun = time.perf_counter()
        assert self.trained is not None
        self.trained.step(text, rows)
        if self.bench.device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - begun

    def add(self, step: Step) -> None:
        self.bench.report.steps.append(step)
        rate = f"{step.tokens_s:,.0f} tokens/s" if step.tokens_s else step.note
        print(f"{step.model} {step.kernels}, documents {step.documents}: {rate} {step.settings}", flush=True)
        self.bench.save()

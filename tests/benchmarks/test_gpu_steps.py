"""What a step's row says: the fastest setting that fits, MFU over the device's peak, or why there is none."""

import pytest
import torch

from benchmarks import gpu_documents, gpu_parts, gpu_steps
from benchmarks.gpu_bench import Bench
from benchmarks.gpu_training import Text, Trained
from trainer import ranks
from trainer.metrics import mfu


@pytest.fixture
def measured(monkeypatch):
    monkeypatch.setattr(ranks, "deterministic", lambda: None)
    bench = Bench(torch.device("cpu"), gpu_parts.report("a test", tiny=True), tiny=True)
    return gpu_steps.Measured(bench, gpu_steps.ONE)


def settings_tried(measured, monkeypatch, fails):
    """Those that `figures` was asked for; `fails` has the error of a setting, or None."""
    real, tried = measured.figures, []

    def figures(setting, *given):
        tried.append((setting.rows, setting.checkpointing))
        if (error := fails(setting)) is not None:
            raise error
        return real(setting, *given)

    monkeypatch.setattr(measured, "figures", figures)
    return tried


def test_what_does_not_fit_is_tried_smaller_and_not_again(measured, monkeypatch):
    memory = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
    tried = settings_tried(measured, monkeypatch, lambda setting: memory if setting.rows > 1 else None)
    measured.measured("reference", 4, None)
    measured.measured("reference", 4, 300)
    assert tried == [(4, "none"), (2, "none"), (1, "none"), (1, "none")]
    assert [step.settings for step in measured.bench.report.steps] == 2 * [
        "checkpointing none, fp32 moments, 1 rows at a time"
    ]


def test_what_fits_at_no_setting_and_what_fails_otherwise_says_so(measured, monkeypatch):
    memory = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB\nmore")
    settings_tried(measured, monkeypatch, lambda setting: memory)
    measured.measured("reference", 4, None)
    other = settings_tried(measured, monkeypatch, lambda setting: RuntimeError("no deterministic implementation"))
    measured.measured("reference", 4, 1000)
    monkeypatch.setattr(measured.bench, "until", 0.0)
    measured.measured("reference", 4, 300)
    assert len(other) == 1
    assert [step.note.removeprefix("not available: ") for step in measured.bench.report.steps] == [
        "OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB",
        "RuntimeError: no deterministic implementation",
        "no time was left",
    ]


def test_a_profiler_that_fails_takes_no_time_away(measured, monkeypatch):
    def fails(*_):
        raise RuntimeError("CUPTI could not be loaded")

    monkeypatch.setattr(gpu_steps.gpu_breakdown, "of", fails)
    measured.measured("reference", 1, None, profiled=True)
    (step,) = measured.bench.report.steps
    assert step.ms and not step.breakdown and step.note == "not profiled: RuntimeError: CUPTI could not be loaded"


def test_mfu_is_the_work_of_the_documents_over_time_and_peak(measured, monkeypatch):
    for name in ("synchronize", "reset_peak_memory_stats", "empty_cache"):
        monkeypatch.setattr(torch.cuda, name, lambda: None)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda: 3e9)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA H200")
    config = measured.config
    measured.cuda, measured.trained = True, Trained(config, torch.device("cpu"), 6, bf16=True, states=torch.bfloat16)
    measured.measured("reference", 2, 300)
    (step,) = measured.bench.report.steps
    text = Text.random(config.vocab_size, 2, 6, 3, torch.device("cpu"))
    flops = mfu.step_flops(config, 6, 12, gpu_documents.attended(text.starts))
    assert step.mfu == pytest.approx({name: each / (step.ms / 1e3) / 989.4e12 for name, each in flops.items()})
    assert step.mfu["exact"] < step.mfu["palm"] and step.tokens == 12 and step.memory_gb == 3.0
    assert step.tokens_s == pytest.approx(12 / step.ms * 1e3)

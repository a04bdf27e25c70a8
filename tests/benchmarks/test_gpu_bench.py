"""How a time is taken, with a device of our own making; and that what cannot be had is a row."""

import torch
from pytest import approx

from benchmarks import gpu_bench, gpu_parts
from benchmarks.gpu_bench import Bench, backward, forward, sets
from benchmarks.gpu_rows import OURS, read


class Clock:
    """A device whose work takes 0.25 ms, and every third sample ten times as long."""

    def __init__(self, monkeypatch):
        self.now, self.samples, self.waits, self.calls = 0.0, 0, [], 0
        monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)
        monkeypatch.setattr(torch.cuda, "_sleep", self.waits.append)
        monkeypatch.setattr(torch.cuda, "Event", lambda enable_timing: Event(self))

    def work(self):
        self.calls += 1
        self.now += 2.5 if self.samples % 3 == 0 else 0.25


class Event:
    def __init__(self, clock):
        self.clock = clock

    def record(self):
        self.at = self.clock.now

    def elapsed_time(self, end):
        self.clock.samples += 1
        return end.at - self.at


def bench(**more):
    return Bench(torch.device("cpu"), gpu_parts.report("a test", tiny=True), **more)


def test_the_median_of_samples_is_taken_each_the_mean_of_calls_in_turn_while_the_device_waits(monkeypatch):
    clock, turns = Clock(monkeypatch), []
    clock.samples = 1  # the first, which only says how many are needed, is quick
    on_cuda = Bench(torch.device("cuda"), gpu_parts.report("a test", tiny=True))
    works = [lambda at=at: (turns.append(at), clock.work()) for at in range(3)]
    assert on_cuda.median_ms(works, milliseconds=30) == 0.25
    assert turns[:6] == [0, 1, 2, 0, 1, 2], "all are warmed up, then timed once"
    assert turns[6:10] == [0, 1, 2, 0], "four calls of 0.25 ms are a sample"
    assert len(clock.waits) == 30 and all(isinstance(wait, int) for wait in clock.waits)


def test_inputs_exceed_the_cache_four_times_together():
    assert sets(1) == 8 and sets(300 << 20) == 1
    assert 3 * (80 << 20) >= 4 * gpu_bench.CACHE > 2 * (80 << 20) and sets(80 << 20) == 3


def test_who_fails_is_a_row_that_says_why_and_the_others_are_compared_with_ours(tmp_path):
    def fails(seed):
        raise ImportError("No module named 'liger_kernel'\nand more")

    one = bench(tiny=True, out=tmp_path / "gpu.json")
    ways = {OURS: lambda seed: lambda: None, "Liger": fails, "eager": lambda seed: lambda: None}
    one.compare("swiglu", "a case", ways, flops=1e9, moved=8.0)
    ours, liger, eager = read(tmp_path / "gpu.json").rows
    assert ours.ms is not None and ours.ratio is None and ours.share == approx(one.report.roofline_ms(1e9, 8) / ours.ms)
    assert liger.ms is None and liger.note == "not available: ImportError: No module named 'liger_kernel'"
    assert eager.ms is not None and eager.ratio == approx(eager.ms / ours.ms)
    assert ours.tflops == approx(1 / ours.ms) and ours.gb_s == approx(8 / ours.ms / 1e6)


def test_no_row_is_begun_when_the_time_is_over():
    one = bench(until=0.0)
    one.compare("swiglu", "a case", {OURS: lambda seed: lambda: 1 / 0})
    assert one.report.rows[0].note == "not available: no time was left"


def test_a_pass_is_what_training_has():
    x, weight = torch.ones(3), torch.ones(3)
    assert forward(torch.mul, x, weight)().requires_grad
    work = backward(lambda x, weight: (x * weight * 2, x.detach()), torch.ones(3), torch.full((3,), 5.0))
    once, again = work(), work()
    assert all(torch.equal(a, b) for a, b in zip(once, again, strict=True))
    assert torch.equal(once[0], once[1] * 5)

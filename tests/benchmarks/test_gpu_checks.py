"""The checks find what is wrong with a kernel: numbers, one row, memory never written, other bits the second time."""

import pytest
import torch

from benchmarks import gpu_checks, gpu_parts
from benchmarks.gpu_bench import Bench
from benchmarks.gpu_checks import Case
from trainer.kernels.swiglu import reference


def checked(function, dtype="fp32", **more):
    bench = Bench(torch.device("cpu"), gpu_parts.report("a test", tiny=True), tiny=True)
    case = Case(
        "swiglu", "a case", function, reference,
        lambda bench, seed: [bench.randn(64, 40, seed=seed + at, dtype=torch.float32) for at in range(2)], **more,
    )  # fmt: skip
    return gpu_checks._checked(bench, case, dtype)


@pytest.mark.parametrize("dtype", ["fp32", "fp16", "bf16"])
def test_the_reference_itself_holds(dtype):
    found = checked(reference, dtype)
    assert found.holds and found.same_bits and found.error <= found.bound and not found.note


def test_a_wrong_result_a_wrong_gradient_and_one_wrong_row_do_not_hold():
    def one_row(gate, up):
        return reference(gate, up) * torch.cat((torch.full((1, 1), 1.2), torch.ones(63, 1)))

    assert not checked(lambda gate, up: reference(gate, up) * 1.01).holds
    assert not checked(lambda gate, up: reference(gate, up.detach() + 0.9 * (up - up.detach()))).holds
    found = checked(one_row, "bf16")
    assert not found.holds and found.note == "too far from fp64"


def test_memory_that_is_not_written_does_not_hold():
    def unwritten(gate, up):
        out = torch.empty_like(gate)
        out[:-1] = reference(gate, up)[:-1]
        return out

    torch.full((64, 40), 0.0)  # what would lie there, and pass for small numbers
    found = checked(unwritten, differentiated=False)
    assert not found.holds and found.error is None


def test_other_bits_the_second_time_do_not_hold():
    calls = []

    def another(gate, up):
        calls.append(None)
        return reference(gate, up) * (1 + 1e-6 * len(calls))

    found = checked(another)
    assert not found.holds and not found.same_bits and found.note == "another result the second time"


def test_a_kernel_that_fails_or_gives_another_shape_does_not_hold():
    assert checked(lambda gate, up: 1 / 0).note == "ZeroDivisionError: division by zero"
    assert "shape" in checked(lambda gate, up: reference(gate, up)[:-1], differentiated=False).note

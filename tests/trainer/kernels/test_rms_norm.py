"""RMSNorm with the residual stream against its definition, a number at a time."""

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.kernels.rms_norm import reference

torch.set_num_threads(1)
numbers = st.floats(-100, 100, width=32)


def by_definition(row, weight, eps):
    scale = 1 / math.sqrt(sum(x * x for x in row) / len(row) + eps)
    return [x * scale * w for x, w in zip(row, weight, strict=True)]


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.lists(numbers, min_size=n, max_size=n), min_size=3, max_size=3)))
def test_the_norm_is_of_the_sum_and_the_sum_goes_on(rows):
    x, residual, weight = (torch.tensor(row, dtype=torch.float64) for row in rows)
    normed, stream = reference(x, residual, weight, 1e-5)
    added = [a + b for a, b in zip(rows[0], rows[1], strict=True)]
    assert stream.tolist() == added
    torch.testing.assert_close(normed, torch.tensor(by_definition(added, rows[2], 1e-5), dtype=torch.float64))


def test_the_first_block_has_no_residual_stream_yet():
    x, weight = torch.tensor([3.0, 4.0]), torch.tensor([1.0, 2.0])
    normed, stream = reference(x, None, weight, 0.0)
    assert stream is x
    torch.testing.assert_close(normed, torch.tensor([3.0, 8.0]) / math.sqrt(12.5))


def test_the_statistics_of_bf16_are_fp32():
    """A thousand ones and a large number: in bf16 the sum of squares would stand still."""
    x = torch.ones(1024, dtype=torch.bfloat16)
    x[0] = 64
    normed, _ = reference(x, None, torch.ones(1024, dtype=torch.bfloat16), 0.0)
    assert normed.dtype == torch.bfloat16
    torch.testing.assert_close(normed[1].float(), torch.tensor(1 / math.sqrt((1023 + 4096) / 1024)), rtol=4e-3, atol=0)


def test_gradients_are_those_of_differences():
    x, residual = torch.randn(2, 2, 3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    weight = torch.linspace(0.5, 2, 4, dtype=torch.float64)
    inputs = tuple(tensor.clone().requires_grad_() for tensor in (x, residual, weight))
    assert torch.autograd.gradcheck(lambda *given: reference(*given, 1e-5), inputs)

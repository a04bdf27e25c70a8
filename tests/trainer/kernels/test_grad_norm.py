"""The square of the gradients' norm against the sum over all numbers."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.kernels.grad_norm import reference

torch.set_num_threads(1)


@given(st.lists(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5), min_size=1, max_size=4))
def test_the_square_of_the_norm_is_the_sum_of_all_squares(gradients):
    found = reference([torch.tensor(gradient, dtype=torch.float64) for gradient in gradients])
    assert float(found) == pytest.approx(sum(x * x for gradient in gradients for x in gradient))


def test_it_is_the_square_of_what_torch_clips_by():
    random = torch.Generator().manual_seed(0)
    weights = [torch.nn.Parameter(torch.zeros(shape)) for shape in ((3, 4), (5,))]
    for weight in weights:
        weight.grad = torch.randn(weight.shape, generator=random)
    norm = torch.nn.utils.clip_grad_norm_(weights, 1e9)
    torch.testing.assert_close(reference([weight.grad for weight in weights]), norm.square())


def test_bf16_is_added_up_in_fp32():
    ones = torch.ones(100_000, dtype=torch.bfloat16)  # in bf16 a sum of ones stands still at 256
    assert float(reference([ones, ones])) == 200_000


def test_no_gradients_have_a_norm_of_0():
    assert reference([]) == 0

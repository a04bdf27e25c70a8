"""AdamW against its formula, a number at a time, and against torch's."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.kernels.adamw import reference

torch.set_num_threads(1)
numbers = st.floats(-10, 10)
SETTINGS = {"lr": 0.01, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}


@given(numbers, st.lists(numbers, min_size=1, max_size=5), st.floats(0.1, 1))
def test_a_number_moves_as_the_paper_has_it(weight, gradients, scale):
    tensor = torch.tensor([weight], dtype=torch.float64)
    first, second = torch.zeros(2, 1, dtype=torch.float64)
    m = v = 0.0
    for step, gradient in enumerate(gradients, 1):
        reference(
            tensor, torch.tensor([gradient], dtype=torch.float64), first, second, step=step, scale=scale, **SETTINGS
        )
        g = gradient * scale
        m, v = 0.9 * m + 0.1 * g, 0.95 * v + 0.05 * g * g
        change = (m / (1 - 0.9**step)) / (math.sqrt(v / (1 - 0.95**step)) + 1e-8)
        weight -= 0.01 * (change + 0.1 * weight)
    assert float(tensor) == pytest.approx(weight, rel=1e-9, abs=1e-12)


def test_ten_steps_are_torch_s():
    random = torch.Generator().manual_seed(0)
    ours = torch.randn(5, 3, generator=random)
    theirs = torch.nn.Parameter(ours.clone())
    first, second = torch.zeros(2, 5, 3)
    torchs = torch.optim.AdamW([theirs], foreach=False, **SETTINGS)
    for step in range(1, 11):
        theirs.grad = torch.randn(5, 3, generator=random)
        reference(ours, theirs.grad, first, second, step=step, **SETTINGS)
        torchs.step()
    torch.testing.assert_close(ours, theirs.data)


def test_moments_may_be_bf16_and_weights_with_them():
    weight = torch.ones(4, dtype=torch.bfloat16)
    first, second = torch.zeros(2, 4, dtype=torch.bfloat16)
    reference(weight, torch.ones(4, dtype=torch.bfloat16), first, second, step=1, **{**SETTINGS, "lr": 0.5})
    assert {x.dtype for x in (weight, first, second)} == {torch.bfloat16}
    torch.testing.assert_close(weight.float(), torch.full((4,), 1 - 0.5 * (1 + 0.1)), rtol=4e-3, atol=0)


def test_the_scale_may_be_a_tensor_as_the_clipping_of_a_sharded_norm_is():
    results = []
    for scale in (0.25, torch.tensor(0.25)):
        weight, first, second = torch.ones(3), torch.zeros(3), torch.zeros(3)
        reference(weight, torch.tensor([1.0, -2.0, 3.0]), first, second, step=1, scale=scale, **SETTINGS)
        results.append(torch.stack([weight, first, second]))
    assert torch.equal(*results)

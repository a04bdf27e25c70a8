"""SwiGLU against its formula."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.kernels.swiglu import reference

torch.set_num_threads(1)
numbers = st.floats(-30, 30)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=8))
def test_the_gate_times_its_sigmoid_times_the_value(pairs):
    gate, up = torch.tensor(pairs, dtype=torch.float64).unbind(-1)
    expected = [g / (1 + math.exp(-g)) * u for g, u in pairs]
    assert reference(gate, up).tolist() == pytest.approx(expected)


def test_gradients_are_those_of_differences():
    gate, up = torch.randn(2, 3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert torch.autograd.gradcheck(reference, (gate.clone().requires_grad_(), up.clone().requires_grad_()))

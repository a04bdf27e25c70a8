"""The fused SwiGLU in Triton's interpreter against its reference, both passes."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.kernels.fused.interpreted import TYPES, agree, drawn
from trainer.kernels import choice
from trainer.kernels.swiglu import _fused, reference, swiglu


@given(st.lists(st.integers(1, 90), min_size=1, max_size=3), st.sampled_from(TYPES), st.integers(0, 99))
def test_both_passes_are_the_references(shape, dtype, seed):
    gate, up, along = (drawn(*shape, seed=seed + at, dtype=dtype) for at in range(3))
    agree(swiglu, reference, (gate, up), along, name="swiglu")


def test_a_part_of_a_wider_tensor_is_taken_as_it_lies():
    both = drawn(5, 3, 66, seed=0)
    agree(swiglu, reference, tuple(both.chunk(2, -1)), drawn(5, 3, 33, seed=1), name="swiglu")


def test_torch_compile_and_its_checks_accept_it():
    gate, up = (drawn(4, 33, seed=at).requires_grad_() for at in range(2))
    torch.library.opcheck(_fused, (gate, up))
    with choice.chosen("triton", gate.device):
        compiled = torch.compile(swiglu, fullgraph=True, backend="aot_eager")
        assert torch.equal(compiled(gate, up), swiglu(gate, up))

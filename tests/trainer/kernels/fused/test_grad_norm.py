"""The fused sum of squares in Triton's interpreter against the sum in fp64."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.kernels.fused.interpreted import CPU, TYPES, drawn
from trainer.kernels import choice
from trainer.kernels.fused.grad_norm import PIECE
from trainer.kernels.grad_norm import _fused, grad_norm, reference


def fused(grads):
    with choice.chosen({"grad_norm": "triton"}, CPU):
        return grad_norm(grads)


def agrees(grads):
    found = fused(grads)
    assert found.dtype == torch.float32 and found.shape == ()
    torch.testing.assert_close(found.double(), reference([grad.double() for grad in grads]), rtol=1e-5, atol=0)


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from(TYPES)), min_size=1, max_size=20), st.integers(0, 99))
def test_it_is_the_sum_over_all_numbers_of_tensors_of_any_size_and_type(tensors, seed):
    agrees([drawn(n, seed=seed + at, dtype=dtype) for at, (n, dtype) in enumerate(tensors)])


@pytest.mark.parametrize("n", [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 4097])
def test_a_tensor_of_several_pieces_is_added_up_whole(n):
    agrees([drawn(7, seed=1), drawn(n, seed=2), drawn(3, 5, seed=3)])


def test_as_many_tensors_as_a_model_of_8b_has_are_two_launches(monkeypatch):
    from trainer.kernels.fused import grad_norm as module

    launches = []
    for name in ("pieces_kernel", "total_kernel"):
        kernel = getattr(module, name)
        monkeypatch.setattr(module, name, Counted(kernel, launches))
    agrees([drawn(1 + at % 5, seed=at) for at in range(291)])
    assert launches == [(291,), (1,)]


class Counted:
    def __init__(self, kernel, launches):
        self.kernel, self.launches = kernel, launches

    def __getitem__(self, grid):
        self.launches.append(grid)
        return self.kernel[grid]


def test_a_tensor_that_does_not_lie_in_one_piece_or_not_at_16_bytes_counts_the_same():
    whole = drawn(40, 6, seed=0)
    agrees([whole[:, ::2], whole.T, whole.flatten()[1:], whole.flatten()[3:10]])


def test_bf16_is_added_up_in_fp32():
    ones = torch.ones(100_000, dtype=torch.bfloat16)  # in bf16 a sum of ones stands still at 256
    assert float(_fused([ones, ones])) == 200_000  # reading bf16 is not what the interpreter gets wrong


def test_the_same_gradients_have_the_same_bits_wherever_they_lie():
    grads = [drawn(n, seed=n) for n in (5, 70_000, 1, 300)]
    assert torch.equal(fused(grads), fused([grad.clone() for grad in grads]))


@pytest.mark.parametrize("grads", [[], [torch.zeros(0)], [torch.zeros(0, 4), torch.zeros(0)]])
def test_nothing_at_all_has_a_norm_of_0(grads):
    assert fused(grads) == 0 == reference(grads)


def test_float64_among_them_is_the_references():
    assert fused([torch.ones(2), torch.full((1,), 1e-30, dtype=torch.float64)]).dtype == torch.float64


def test_torch_compile_and_its_checks_accept_it():
    grads = [drawn(40, seed=1), drawn(3, 3, seed=2)]
    torch.library.opcheck(_fused, (grads,))
    with choice.chosen("triton", CPU):
        compiled = torch.compile(lambda a, b: grad_norm([a, b]), fullgraph=True, backend="aot_eager")
        assert torch.equal(compiled(*grads), grad_norm(grads))

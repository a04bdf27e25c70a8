"""The fused RMSNorm in Triton's interpreter against its reference, both passes, with and without a stream."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.checkpoint import checkpoint

from tests.trainer.kernels.fused.interpreted import CPU, TYPES, agree, drawn
from trainer.kernels import choice
from trainer.kernels.fused import rms_norm as fused
from trainer.kernels.rms_norm import RMSNorm, _fused, reference, rms_norm

shapes = st.lists(st.integers(1, 5), min_size=1, max_size=2)


def norm(function):
    return lambda x, residual, weight: function(x, residual, weight, 1e-5)


def alone(function):
    return lambda x, weight: function(x, None, weight, 1e-5)


def given_for(shape, dim, dtype, seed):
    x, residual, along, later = (drawn(*shape, dim, seed=seed + at, dtype=dtype) for at in range(4))
    return x, residual, (1 + drawn(dim, seed=seed + 4) / 4).to(dtype), (along, later)


@settings(max_examples=20)
@given(shapes, st.integers(1, 130), st.sampled_from(TYPES), st.integers(0, 99))
def test_both_passes_are_the_references(shape, dim, dtype, seed):
    x, residual, weight, along = given_for(shape, dim, dtype, seed)
    agree(norm(rms_norm), norm(reference), (x, residual, weight), along, name="rms_norm")


@settings(max_examples=8)
@given(shapes, st.integers(1, 70), st.sampled_from(TYPES), st.integers(0, 99))
def test_the_first_norm_has_no_stream_and_hands_on_its_input(shape, dim, dtype, seed):
    x, _, weight, along = given_for(shape, dim, dtype, seed)
    agree(alone(rms_norm), alone(reference), (x, weight), along, name="rms_norm")
    with choice.chosen("triton", CPU):
        assert rms_norm(x, None, weight, 1e-5)[1] is x


@pytest.mark.parametrize(("programs", "rows"), [(1, 5), (3, 7), (4, 4), (64, 3)])
def test_programs_walk_all_rows_however_many_they_are(monkeypatch, programs, rows):
    monkeypatch.setattr(fused, "_backward_default", lambda *_: {"PROGRAMS": programs, "STAGES": 1, "num_warps": 1})
    monkeypatch.setattr(fused, "SUM", {"ROWS": 2, "COLUMNS": 16, "num_warps": 1})
    x, residual, weight, along = given_for((rows,), 21, torch.float32, 0)
    agree(norm(rms_norm), norm(reference), (x, residual, weight), along, name="rms_norm")


def test_rows_too_wide_for_the_registers_are_read_twice(monkeypatch):
    monkeypatch.setattr(fused, "WIDE", 64)
    x, residual, weight, along = given_for((3,), 70, torch.float32, 0)
    agree(norm(rms_norm), norm(reference), (x, residual, weight), along, name="rms_norm")


@pytest.mark.parametrize("used", [0, 1])
def test_of_norm_and_stream_one_may_go_unused(used):
    x, residual, weight, along = given_for((4,), 33, torch.float32, 0)

    def one(function):
        return lambda *inputs: function(*inputs, 1e-5)[used]

    inputs = [tensor.requires_grad_() for tensor in (x, residual, weight)]
    with choice.chosen("triton", CPU):
        got = torch.autograd.grad(one(rms_norm)(*inputs), inputs, along[used], allow_unused=True)
    wanted = torch.autograd.grad(one(reference)(*inputs), inputs, along[used], allow_unused=True)
    for one_of, other in zip(got, wanted, strict=True):
        torch.testing.assert_close(one_of, other, rtol=2e-5, atol=2e-5)


def test_tensors_that_lie_in_another_order_are_taken():
    x, residual, along = (drawn(6, 9, 4, seed=at).transpose(0, 2) for at in range(3))
    weight = drawn(12, seed=3)[::2]
    agree(norm(rms_norm), norm(reference), (x, residual, weight), (along, along), name="rms_norm")


def test_a_stream_of_another_shape_is_the_references():
    """The kernel knows no broadcasting, and would read past the end of the smaller tensor."""
    x, residual, weight = drawn(2, 5, 33, seed=0), drawn(5, 33, seed=1), drawn(33, seed=2)
    for one, other in ((x, residual), (residual, x), (x, residual[:1])):
        with choice.chosen("triton", CPU):
            got = rms_norm(one, other, weight, 1e-5)
        torch.testing.assert_close(got, reference(one, other, weight, 1e-5), rtol=0, atol=0)


def test_fp32_weights_of_an_fp16_stream_are_the_references():
    x, residual, weight, _ = given_for((2,), 8, torch.float16, 0)
    with choice.chosen("triton", CPU):
        got, _ = rms_norm(x, residual, weight.float(), 1e-5)
    assert torch.equal(got, reference(x, residual, weight.float(), 1e-5)[0]) and got.dtype == torch.float32


def test_fp16_is_rounded_where_the_reference_rounds():
    x, residual, weight, _ = given_for((8,), 200, torch.float16, 0)
    with choice.chosen("triton", CPU):
        for got, wanted in zip(rms_norm(x, residual, weight, 1e-5), reference(x, residual, weight, 1e-5), strict=True):
            assert (got != wanted).sum() <= 4  # where the sums of squares, in another order, differ in a last bit


def test_the_weights_gradient_is_the_same_at_every_call():
    x, _, weight, along = given_for((50,), 40, torch.float32, 0)
    rstd = drawn(50, seed=9).abs()
    first, again = (fused.backward(*along, x, weight, rstd) for _ in range(2))
    assert torch.equal(first[1], again[1]) and torch.equal(first[0], again[0])


def test_torch_compile_and_its_checks_accept_it():
    x, residual, weight, _ = given_for((4,), 33, torch.float32, 0)
    inputs = [tensor.requires_grad_() for tensor in (x, residual, weight)]
    torch.library.opcheck(_fused, (*inputs, 1e-5))
    torch.library.opcheck(_fused, (inputs[0], None, inputs[2], 1e-5))

    def both(function):
        normed, stream = function(*inputs, 1e-5)
        return torch.autograd.grad((normed * 2 + stream).sum(), inputs)

    with choice.chosen("triton", CPU):
        compiled = both(torch.compile(rms_norm, fullgraph=True, backend="aot_eager"))
        for one, other in zip(compiled, both(rms_norm), strict=True):
            assert torch.equal(one, other)


def test_a_checkpointed_norm_has_the_same_gradients():
    module, x = RMSNorm(24, 1e-5), drawn(2, 3, 24, seed=0).requires_grad_()

    def gradients(call):
        normed, stream = call(module, x * 1, x * 2)
        return torch.autograd.grad((normed.square() + stream).sum(), [x, module.weight])

    with choice.chosen("triton", CPU):
        plain = gradients(lambda function, *inputs: function(*inputs))
        again = gradients(lambda *of: checkpoint(*of, use_reentrant=False))
    for one, other in zip(plain, again, strict=True):
        assert torch.equal(one, other)

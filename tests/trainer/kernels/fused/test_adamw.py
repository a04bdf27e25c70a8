"""The fused AdamW in Triton's interpreter against its reference in fp64, over several steps."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.kernels.fused.interpreted import CPU, drawn
from trainer.kernels import choice
from trainer.kernels.adamw import _fused, adamw, reference

SETTINGS = {"lr": 0.01, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}
TYPES = (torch.float32, torch.float16)


def stepped(function, weight, grads, first, second, copy=None, **settings):
    """The tensors after one step for each gradient; those given are left alone."""
    weight, first, second = (x.clone(memory_format=torch.preserve_format) for x in (weight, first, second))
    copy = copy if copy is None else copy.clone()
    for step, grad in enumerate(grads, 1):
        function(weight, grad, first, second, step=step, copy=copy, **{**SETTINGS, **settings})
    return [weight, first, second, *([] if copy is None else [copy])]


def fused(*args, **settings):
    with choice.chosen({"adamw": "triton"}, CPU):
        adamw(*args, **settings)


def double(x):
    return x.double() if isinstance(x, torch.Tensor) else x


@given(
    n=st.integers(1, 1300),
    steps=st.integers(1, 3),
    grad=st.sampled_from(TYPES),
    scale=st.one_of(st.floats(0.01, 1), st.floats(0.01, 1).map(torch.tensor)),
    betas=st.tuples(st.floats(0, 0.99), st.floats(0, 0.999)),
    weight_decay=st.floats(0, 0.5),
    seed=st.integers(0, 99),
)
def test_several_steps_are_the_references(n, steps, grad, scale, betas, weight_decay, seed):
    weight, *grads = (drawn(n, seed=seed + at) for at in range(steps + 1))
    grads = [x.to(grad) for x in grads]
    settings = {"scale": scale, "betas": betas, "weight_decay": weight_decay, "eps": 1e-6}
    zeros = torch.zeros(n)
    got = stepped(fused, weight, grads, zeros, zeros, **settings)
    wanted = stepped(reference, weight.double(), map(double, grads), zeros.double(), zeros.double(), **settings)
    for one, other in zip(got, wanted, strict=True):
        torch.testing.assert_close(one.double(), other, rtol=1e-5, atol=1e-6)


@given(st.sampled_from(TYPES), st.sampled_from(TYPES), st.sampled_from(TYPES), st.integers(1, 300))
def test_each_tensor_keeps_its_type_and_is_rounded_to_it_once(weight, grad, moments, n):
    tensors = drawn(n, seed=0, dtype=weight), [drawn(n, seed=1, dtype=grad)]
    states = drawn(n, seed=2, dtype=moments), drawn(n, seed=3, dtype=moments).abs()
    got = stepped(fused, *tensors, *states)
    wanted = stepped(reference, *tensors, *states)
    for one, other in zip(got, wanted, strict=True):
        assert one.dtype == other.dtype
        torch.testing.assert_close(one, other, rtol=1e-5 if one.dtype == torch.float32 else 1e-3, atol=1e-6)


@given(st.integers(1, 3000), st.sampled_from((torch.float32, torch.float16, torch.bfloat16)))
def test_a_copy_is_the_new_weight_in_its_own_type(n, dtype):
    weight, grad, zeros = drawn(n, seed=0), drawn(n, seed=1), torch.zeros(n)
    for function, exactly in ((fused, dtype != torch.bfloat16), (reference, True)):
        new, *_, copy = stepped(function, weight, [grad], zeros, zeros, torch.zeros(n, dtype=dtype))
        assert copy.dtype == dtype
        # Triton's interpreter cuts bf16 off where a GPU rounds.
        torch.testing.assert_close(
            copy, new.to(dtype), **({"rtol": 0, "atol": 0} if exactly else {"rtol": 8e-3, "atol": 0})
        )


@pytest.mark.parametrize("which", range(5))
def test_a_tensor_that_does_not_lie_in_one_piece_is_changed_where_it_lies(which):
    def laid_out():
        tensors = [drawn(6, 10, seed=at).abs() for at in range(5)]
        tensors[which] = drawn(6, 20, seed=which).abs()[:, ::2]
        return tensors

    results = []
    for function in (fused, reference):
        weight, grad, first, second, copy = laid_out()
        function(weight, grad, first, second, step=2, copy=copy, **SETTINGS)
        results.append([weight, first, second, copy])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other)


def test_nothing_beside_a_strided_tensor_is_touched():
    whole = torch.ones(4, 8)
    fused(whole[:, ::2], torch.ones(4, 4), torch.zeros(4, 4), torch.zeros(4, 4), step=1, **SETTINGS)
    assert (whole[:, 1::2] == 1).all() and (whole[:, ::2] != 1).all()


def test_an_empty_part_of_a_weight_is_no_trouble():
    empty = torch.zeros(0, 4)
    fused(empty, empty.clone(), empty.clone(), empty.clone(), step=1, **SETTINGS)


def test_float64_is_the_references():
    weight = torch.ones(3, dtype=torch.float64)
    fused(weight, weight.clone(), torch.zeros_like(weight), torch.zeros_like(weight), step=1, **SETTINGS)
    assert weight[0] != weight[0].float()


@pytest.mark.parametrize("scale", [0.5, torch.tensor(0.5)])
def test_torch_compile_and_its_checks_accept_it(scale):
    def tensors():
        return [drawn(40, seed=at).abs() for at in range(5)]

    on_device = scale if isinstance(scale, torch.Tensor) else None
    torch.library.opcheck(_fused, (*tensors(), on_device, 0.5, 1, 0.01, 0.9, 0.95, 1e-8, 0.1))
    with choice.chosen("triton", CPU):
        compiled = torch.compile(adamw, fullgraph=True, backend="aot_eager")
        one, other = tensors(), tensors()
        for function, (weight, grad, first, second, copy) in ((compiled, one), (adamw, other)):
            function(weight, grad, first, second, step=1, scale=scale, copy=copy, **SETTINGS)
    assert all(map(torch.equal, one, other))
    assert not torch.equal(one[4], drawn(40, seed=4).abs())

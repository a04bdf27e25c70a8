"""The fused SwiGLU in Triton's interpreter against its reference, both passes, alone and with the product after it."""

from functools import partial

import pytest
import torch
import torch.distributed as dist
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.distributed.fsdp import fully_shard
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import CheckpointPolicy, checkpoint, create_selective_checkpoint_contexts

from tests.trainer.kernels.fused.interpreted import CPU, TYPES, agree, drawn
from trainer.kernels import choice
from trainer.kernels.fused import swiglu as fused
from trainer.kernels.swiglu import SwiGLU, _fused, _fused_backward_and_product, reference, swiglu, swiglu_linear

MM = torch.ops.aten.mm.default
SHAPES = st.lists(st.integers(1, 90), min_size=1, max_size=3)


def linear_reference(gate, up, weight):
    return F.linear(reference(gate, up), weight)


def kept_products(_context, op, *_args, **_options):
    return CheckpointPolicy.MUST_SAVE if op == MM else CheckpointPolicy.PREFER_RECOMPUTE


CALLS = {
    "none": lambda module, *inputs: module(*inputs),
    "full": partial(checkpoint, use_reentrant=False),
    "selective": partial(
        checkpoint, use_reentrant=False, context_fn=partial(create_selective_checkpoint_contexts, kept_products)
    ),
}


class Counted(TorchDispatchMode):
    """How often matrix products and SwiGLU are computed."""

    def __init__(self):
        super().__init__()
        self.products = self.swiglus = 0

    def __torch_dispatch__(self, op, types, args=(), kwargs=None):
        self.products += op == MM
        self.swiglus += op == torch.ops.curate.swiglu.default
        return op(*args, **(kwargs or {}))


def made(dim=16, ffn_dim=24):
    torch.manual_seed(0)
    return SwiGLU(dim, ffn_dim)


def gradients(module, x, call=CALLS["none"]):
    """And the result before them."""
    out = call(module, x * 1)  # as of a block before, so that it is no leaf
    return [out, *torch.autograd.grad(out.square().sum(), [x, *module.parameters()])]


@settings(max_examples=25)
@given(SHAPES, st.sampled_from(TYPES), st.integers(0, 99))
def test_both_passes_are_the_references(shape, dtype, seed):
    gate, up, along = (drawn(*shape, seed=seed + at, dtype=dtype) for at in range(3))
    agree(swiglu, reference, (gate, up), along, name="swiglu")


@settings(max_examples=15)
@given(st.lists(st.integers(1, 9), min_size=0, max_size=2), st.integers(1, 40), st.integers(1, 9), st.integers(0, 99))
def test_with_the_matrix_product_too(shape, ffn_dim, dim, seed):
    gate, up = (drawn(*shape, ffn_dim, seed=seed + at) for at in range(2))
    weight, along = drawn(dim, ffn_dim, seed=seed + 2), drawn(*shape, dim, seed=seed + 3)
    agree(swiglu_linear, linear_reference, (gate, up, weight), along, name="swiglu")


def test_a_part_of_a_wider_tensor_is_taken_as_it_lies():
    both = drawn(5, 3, 66, seed=0)
    agree(swiglu, reference, tuple(both.chunk(2, -1)), drawn(5, 3, 33, seed=1), name="swiglu")
    weight, along = drawn(33, 7, seed=1).t(), drawn(7, 3, 5, seed=2).transpose(0, 2)
    agree(swiglu_linear, linear_reference, (*both.chunk(2, -1), weight), along, name="swiglu")


@given(SHAPES, st.sampled_from(TYPES), st.integers(0, 99))
@settings(max_examples=10)
def test_the_product_made_anew_is_the_one_there_was_to_the_bit(shape, dtype, seed):
    gate, up, grad = (drawn(*shape, seed=seed + at, dtype=dtype) for at in range(3))
    *with_product, product = fused.backward_and_product(grad, gate, up)
    assert torch.equal(product, fused.forward(gate, up))
    assert all(map(torch.equal, with_product, fused.backward(grad, gate, up)))


@pytest.mark.parametrize("up", [drawn(1, 7, seed=1), drawn(5, 7, seed=1).half(), drawn(7, seed=1)])
def test_of_unlike_shapes_or_types_it_is_the_references(up):
    """The kernel knows no broadcasting, and would read past the end of the smaller tensor."""
    gate, weight = drawn(5, 7, seed=0), drawn(4, 7, seed=2)
    with choice.chosen("triton", CPU):
        for one, other in ((gate, up), (up, gate)):
            torch.testing.assert_close(swiglu(one, other), reference(one, other), rtol=0, atol=0)
            got = swiglu_linear(one, other, weight)
            torch.testing.assert_close(got, linear_reference(one, other, weight), rtol=0, atol=0)


def test_the_product_is_not_kept():
    gate, up, weight = (drawn(*shape, seed=at).requires_grad_() for at, shape in enumerate(((6, 24), (6, 24), (5, 24))))
    kept = []
    with (
        choice.chosen("triton", CPU),
        torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t.data_ptr()) or t, lambda t: t),
    ):
        swiglu_linear(gate, up, weight)
    assert sorted(kept) == sorted(x.data_ptr() for x in (gate, up, weight))


@pytest.mark.parametrize(("call", "products", "swiglus"), [("none", 9, 1), ("full", 11, 1), ("selective", 9, 1)])
def test_checkpointed_it_has_the_same_gradients_and_nothing_is_computed_for_nothing(call, products, swiglus):
    """In full those into gate and up are computed anew, but neither SwiGLU nor the product after it."""
    module, x = made(), drawn(2, 3, 16, seed=0).requires_grad_()
    with choice.chosen("triton", CPU):
        plain = gradients(module, x)
        with Counted() as counted:
            again = gradients(module, x, CALLS[call])
    assert all(map(torch.equal, again, plain))
    assert (counted.products, counted.swiglus) == (products, swiglus)


def test_a_frozen_weight_has_no_gradient():
    gate, up, weight = drawn(3, 8, seed=0).requires_grad_(), drawn(3, 8, seed=1).requires_grad_(), drawn(4, 8, seed=2)
    with choice.chosen("triton", CPU), Counted() as counted:
        swiglu_linear(gate, up, weight).sum().backward()
    assert counted.products == 2 and weight.grad is None


def test_a_weight_that_fsdp_frees_is_there_again_for_the_backward_pass():
    module, x, kept = made(), drawn(2, 3, 16, seed=0).requires_grad_(), []
    wanted = gradients(module, x)
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    try:
        fully_shard(module, mesh=dist.device_mesh.init_device_mesh("cpu", (1,)), reshard_after_forward=True)
        with choice.chosen("triton", CPU):
            with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t):
                out = module(x * 1)
            weight = next(t for t in kept if t.shape == (16, 24))
            assert weight.untyped_storage().nbytes() == 0
            out.square().sum().backward()
        got = [out, x.grad, *(weight.grad.full_tensor() for weight in module.parameters())]
    finally:
        dist.destroy_process_group()
    torch.testing.assert_close(got, wanted, rtol=2e-5, atol=2e-5)


def test_another_module_in_the_products_place_is_given_the_product():
    class Twice(nn.Linear):
        def forward(self, x):
            return 2 * super().forward(x)

    module, x = made(), drawn(3, 16, seed=0)
    other = Twice(24, 16, bias=False)
    other.weight = module.w2.weight
    once, module.w2 = module(x), other
    torch.testing.assert_close(module(x), 2 * once)


def test_torch_compile_and_its_checks_accept_it():
    gate, up = (drawn(4, 33, seed=at).requires_grad_() for at in range(2))
    torch.library.opcheck(_fused, (gate, up))
    torch.library.opcheck(_fused_backward_and_product, (gate.detach(), gate.detach(), up.detach()))
    module, x = made(), drawn(2, 3, 16, seed=0).requires_grad_()
    with choice.chosen("triton", CPU):
        compiled = torch.compile(swiglu, fullgraph=True, backend="aot_eager")
        assert torch.equal(compiled(gate, up), swiglu(gate, up))
        compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
        assert all(map(torch.equal, gradients(module, x, lambda _, x: compiled(x)), gradients(module, x)))

"""The engine of one process."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tests.trainer.parallel.cases import CPU, ROWS, Case, batch, case, run
from trainer.model import Llama
from trainer.parallel.engine import Engine
from trainer.parallel.mesh import Mesh


def made(of: Case) -> Engine:
    config, recipe = of.made()
    return Engine(config, recipe, Mesh(), CPU)


def test_gradients_are_those_of_the_mean_loss_of_the_batch() -> None:
    engine = made(case(microbatch=2, model={"tied_embeddings": True}))
    plain = Llama(engine.config)
    plain.init_weights(5)
    given = batch(1, 96)
    nll = engine.forward_backward(given)
    logits = plain(given.tokens, given.starts)
    losses = torch.nn.functional.cross_entropy(logits.flatten(0, 1), given.targets.flatten(), reduction="none")
    (losses * given.weights.flatten()).sum().div(given.weights.sum()).backward()
    torch.testing.assert_close(nll.flatten(), losses.detach())
    assert not nll.requires_grad
    weights = dict(plain.named_parameters())
    assert list(engine.parameters()) == list(weights)
    for name, weight in engine.parameters().items():
        torch.testing.assert_close(weight.grad, weights[name].grad, rtol=1e-4, atol=1e-7)
    squares = sum(weight.grad.double().square().sum() for weight in weights.values())
    assert float(engine.grad_norm()) == pytest.approx(float(squares**0.5), rel=1e-5)


def test_the_total_weight_may_be_another_than_the_batch_s_own() -> None:
    whole, half = made(case()), made(case())
    whole.forward_backward(batch(1, 96))
    half.forward_backward(batch(1, 96), 2 * whole.total_weight(batch(1, 96)))
    assert float(half.grad_norm()) == pytest.approx(float(whole.grad_norm()) / 2)


def test_a_batch_that_predicts_nothing_has_no_gradient() -> None:
    engine, given = made(case()), batch(1, 96)
    given.weights.zero_()
    engine.forward_backward(given)
    assert float(engine.grad_norm()) == 0


@pytest.mark.parametrize("kind", ["selective", "full"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_checkpointing_changes_no_bit(kind: str, precision: str) -> None:
    usual = run(case(microbatch=4, recipe={"precision": precision}), 1)
    found = run(case(microbatch=4, recipe={"precision": precision}, checkpointing=kind), 1)
    assert found["norms"] == usual["norms"]
    assert all(torch.equal(found["last"][name], usual["last"][name]) for name in usual["last"])


class Products(TorchDispatchMode):
    """Counts matrix products."""

    seen = 0

    def __torch_dispatch__(self, op, types, args=(), kwargs=None):
        self.seen += op == torch.ops.aten.mm.default
        return op(*args, **(kwargs or {}))


def test_only_full_checkpointing_multiplies_matrices_anew() -> None:
    products = {}
    for kind in ("none", "selective", "full"):
        engine = made(case(microbatch=ROWS, checkpointing=kind))
        with Products() as counted:
            engine.forward_backward(batch(1, 96))
        products[kind] = counted.seen
    assert products["selective"] == products["none"]
    # Of a block's seven the last is not needed again: its input is.
    assert products["full"] == products["none"] + 2 * 6


def test_masters_are_fp32_and_what_computes_is_bf16() -> None:
    engine = made(case(microbatch=4, recipe={"precision": "bf16"}))
    exact = made(case(microbatch=4))
    engine.forward_backward(batch(1, 96))
    exact.forward_backward(batch(1, 96))
    assert {weight.dtype for weight in engine.models[0].parameters()} == {torch.bfloat16}
    assert all(weight.grad is None for weight in engine.models[0].parameters())
    for name, weight in engine.parameters().items():
        assert weight.dtype == weight.grad.dtype == torch.float32
        assert torch.equal(weight, exact.parameters()[name])
        torch.testing.assert_close(weight.grad, exact.parameters()[name].grad, rtol=0.1, atol=2e-3)
    assert float(engine.grad_norm()) == pytest.approx(float(exact.grad_norm()), rel=1e-2)


def test_whole_weights_are_copies_and_come_back() -> None:
    engine, other = made(case()), made(case(recipe={"seed": 9}))
    taken = engine.full_state()
    assert not torch.equal(taken["output.weight"], other.full_state()["output.weight"])
    other.load_full(taken)
    assert all(torch.equal(weight, taken[name]) for name, weight in other.full_state().items())
    with torch.no_grad():
        engine.parameters()["output.weight"].zero_()
    assert taken["output.weight"].any()

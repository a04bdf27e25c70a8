"""The fused loss in Triton's interpreter against its reference: in chunks, over blocks that the row's end cuts."""

from contextlib import contextmanager
from unittest.mock import patch

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.checkpoint import checkpoint

from tests.trainer.kernels.fused.interpreted import CPU, TYPES, agree, drawn
from trainer.kernels import choice, chunks
from trainer.kernels.fused import linear_cross_entropy as fused
from trainer.kernels.linear_cross_entropy import LinearCrossEntropy, _fused, linear_cross_entropy, reference

CHUNK_OF = chunks.fused_chunk


@contextmanager
def small(lanes=2, chunk=3):
    """Blocks of 8 x `lanes` words and chunks of `chunk` tokens, so that few words and tokens are several."""
    tiles = {"LANES": lanes}
    with (
        patch.dict(fused.STATISTICS, tiles),
        patch.dict(fused.GRADIENT, tiles),
        patch.object(chunks, "fused_chunk", lambda *_: chunk),
    ):
        yield


@pytest.fixture(autouse=True)
def triton():
    with choice.chosen({"linear_cross_entropy": "triton"}, CPU), small():
        yield


def given_of(tokens, dim, words, seed=0, dtype=torch.float32):
    hidden, weight = drawn(tokens, dim, seed=seed, dtype=dtype) / 2, drawn(words, dim, seed=seed + 1, dtype=dtype)
    random = torch.Generator().manual_seed(seed)
    targets, weights = torch.randint(words, (tokens,), generator=random), torch.rand(tokens, generator=random)
    return hidden.requires_grad_(), weight.requires_grad_(), targets, weights * (weights > 0.2)


@given(
    st.integers(1, 8),
    st.integers(1, 6),
    st.integers(2, 70),
    st.integers(1, 9),
    st.sampled_from((1, 2, 4)),
    st.sampled_from((0.0, 1e-2)),
    st.sampled_from(TYPES),
)
def test_loss_and_gradients_are_the_references(tokens, dim, words, chunk, lanes, z_loss, dtype):
    hidden, weight, targets, weights = given_of(tokens, dim, words, seed=tokens + words, dtype=dtype)
    nll = []

    def loss_of(function):
        def loss(hidden, weight):
            found, each = function(hidden, weight, targets, weights, z_loss)
            nll.append(each)
            return found

        return loss

    with small(lanes, chunk):
        inputs, along = (hidden.detach(), weight.detach()), torch.tensor(0.3)
        agree(loss_of(linear_cross_entropy), loss_of(reference), inputs, along, name="linear_cross_entropy")
    tolerance = 2e-5 if dtype == torch.float32 else 2e-2  # logits are rounded to fp16
    torch.testing.assert_close(nll[0].double(), nll[1], rtol=tolerance, atol=tolerance)
    assert nll[0].dtype == torch.float32 and not nll[0].requires_grad


def test_no_more_than_a_chunk_of_logits_is_ever_held():
    hidden, weight, targets, weights = (x.detach() for x in given_of(50, 2, 40))
    with small(chunk=8), Bytes() as seen:
        loss, *_, grad_weight = fused.forward(hidden, weight, targets, weights, 0.0, True, True)
        fused.scaled(grad_weight, loss, weight.dtype)
    assert max(seen.found) == 8 * 48 * 4  # rows of 40 words lie 48 apart; all of them would be 50


class Bytes(TorchDispatchMode):
    """Of each tensor that is made within."""

    def __init__(self):
        super().__init__()
        self.found = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self.found += [x.nbytes for x in tree_leaves(result) if isinstance(x, torch.Tensor)]
        return result


def test_an_evaluation_makes_no_gradients():
    hidden, weight, targets, weights = given_of(7, 3, 20)
    with patch.object(fused, "gradient") as gradient, patch.object(fused, "_product") as product, torch.no_grad():
        loss, nll = linear_cross_entropy(hidden, weight, targets, weights, 1e-2)
    assert not gradient.called and not product.called and not loss.requires_grad
    expected = reference(hidden, weight, targets, weights, 1e-2)
    torch.testing.assert_close((loss, nll), (expected[0].detach(), expected[1]))


@pytest.mark.parametrize("frozen", [0, 1])
def test_a_gradient_that_nobody_wants_is_not_made(frozen):
    inputs = given_of(7, 3, 20)
    expected = torch.autograd.grad(reference(*inputs)[0], inputs[1 - frozen])
    inputs[frozen].requires_grad_(False)
    with patch.object(fused, "_product", wraps=fused._product) as product:
        loss, _ = linear_cross_entropy(*inputs)
    assert product.call_count == 3  # one for each chunk
    loss.backward()
    assert inputs[frozen].grad is None
    torch.testing.assert_close(inputs[1 - frozen].grad, expected[0])


def test_a_second_backward_pass_gives_the_same_again():
    hidden, weight, targets, weights = given_of(7, 3, 20)
    loss, _ = linear_cross_entropy(hidden, weight, targets, weights)
    once = torch.autograd.grad(3 * loss, (hidden, weight), retain_graph=True)
    again = torch.autograd.grad(3 * loss, (hidden, weight))
    assert all(torch.equal(a, b) for a, b in zip(once, again, strict=True))


def test_a_checkpoint_around_it_changes_nothing():
    hidden, weight, targets, weights = given_of(7, 3, 20)
    plain = torch.autograd.grad(linear_cross_entropy(hidden, weight, targets, weights)[0], (hidden, weight))
    loss, _ = checkpoint(linear_cross_entropy, hidden, weight, targets, weights, use_reentrant=False)
    assert all(torch.equal(a, b) for a, b in zip(plain, torch.autograd.grad(loss, (hidden, weight)), strict=True))


def test_a_token_of_weight_0_moves_nothing():
    hidden, weight, targets, weights = given_of(7, 3, 20)
    weights[2] = 0
    grads = []
    for target in (0, 19):
        targets[2] = target
        grads.append(torch.autograd.grad(linear_cross_entropy(hidden, weight, targets, weights)[0], (hidden, weight)))
    assert not grads[0][0][2].any()
    assert torch.equal(grads[0][1], grads[1][1])


@pytest.mark.parametrize("word", [-100, -1, 20, 31, 32, 2**32 + 3])
@pytest.mark.parametrize("gradients", [False, True])
def test_a_target_that_is_no_word_is_told_as_no_number(word, gradients):
    hidden, weight, targets, weights = given_of(7, 3, 20)
    targets[2] = word
    with torch.set_grad_enabled(gradients):
        loss, nll = linear_cross_entropy(hidden, weight, targets, weights)
    assert loss.isnan() and nll.isnan().tolist() == [at == 2 for at in range(7)]


def test_no_tokens_at_all_are_a_loss_and_a_gradient_of_0():
    hidden, weight, targets, weights = given_of(0, 3, 20)
    with patch.object(chunks, "fused_chunk", CHUNK_OF):
        loss, nll = linear_cross_entropy(hidden, weight, targets, weights)
    assert loss == 0 and nll.shape == (0,)
    grads = torch.autograd.grad(loss, (hidden, weight))
    assert [grad.shape for grad in grads] == [hidden.shape, weight.shape] and not grads[1].any()


@pytest.mark.parametrize("bad", [float("inf"), -float("inf"), float("nan")])
@pytest.mark.parametrize("sign", [1.0, -1.0, None], ids=["all alike", "all the other way", "some of each"])
@pytest.mark.parametrize("weighted", [1.0, 0.0])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numpy's, within the interpreter
def test_what_is_not_finite_passes_on_as_in_the_reference(bad, sign, weighted):
    hidden, weight, targets, weights = (x.detach() for x in given_of(5, 1, 40))
    weight = weight if sign is None else weight.abs() * sign
    hidden[3], weights[3] = bad, weighted
    hidden.requires_grad_()
    found, expected = (
        linear_cross_entropy(hidden, weight, targets, weights),
        reference(hidden, weight, targets, weights),
    )
    torch.testing.assert_close(found[1], expected[1], equal_nan=True)
    torch.testing.assert_close(found[0], expected[0], equal_nan=True)
    assert not found[0].isfinite()
    grads = [torch.autograd.grad(loss, hidden)[0] for loss, _ in (found, expected)]
    torch.testing.assert_close(*grads, equal_nan=True)


def test_large_logits_overflow_nothing():
    hidden, weight = torch.full((1, 1), 1e4), torch.tensor([[1.0], [-1.0]])
    loss, _ = linear_cross_entropy(hidden, weight, torch.tensor([1]), torch.ones(1))
    assert float(loss) == 2e4


def test_rows_that_lie_in_a_wider_tensor_are_taken_as_they_lie():
    wide, weight, targets, weights = (x.detach() for x in given_of(7, 6, 20))
    of_rows = torch.stack((targets, targets), 1)[:, 0], torch.stack((weights, weights), 1)[:, 0]
    found = linear_cross_entropy(wide[:, :3], weight[:, 3:], *of_rows)
    torch.testing.assert_close(found, reference(wide[:, :3], weight[:, 3:], targets, weights))


def test_the_layer_gives_logits_or_the_loss():
    layer = LinearCrossEntropy(3, 20, bias=False)
    x, targets, weights = drawn(2, 4, 3, seed=0), torch.arange(8).view(2, 4), torch.ones(2, 4)
    logits = layer(x)
    loss, nll = layer(x, targets, weights)
    expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
    torch.testing.assert_close(nll, expected.view(2, 4).detach())
    torch.testing.assert_close(loss, expected.sum())
    loss.backward()
    assert layer.weight.grad.shape == (20, 3)


def test_torch_compile_and_its_checks_accept_it():
    hidden, weight, targets, weights = given_of(7, 3, 20)
    torch.library.opcheck(_fused, (hidden, weight, targets, weights, 1e-2, True, True))

    def grads(function):
        loss, nll = function(hidden, weight, targets, weights, 1e-2)
        return nll, *torch.autograd.grad(loss, (hidden, weight))

    compiled = torch.compile(linear_cross_entropy, fullgraph=True, backend="aot_eager")
    assert all(torch.equal(a, b) for a, b in zip(grads(compiled), grads(linear_cross_entropy), strict=True))

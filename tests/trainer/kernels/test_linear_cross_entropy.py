"""The chunked loss against the whole logits and against torch's own cross-entropy."""

import math
from unittest.mock import patch

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from trainer.kernels import linear_cross_entropy
from trainer.kernels.chunks import HELD
from trainer.kernels.linear_cross_entropy import reference

torch.set_num_threads(1)
WAYS = {"logits held": HELD, "logits made anew": 0}


@pytest.fixture(params=WAYS.values(), ids=WAYS, autouse=True, scope="module")
def held(request):
    """Few logits are kept for the backward pass, many are not; everything here holds for both."""
    with patch.object(linear_cross_entropy, "HELD", request.param):
        yield


def drawn(tokens, dim, vocab, seed):
    random = torch.Generator().manual_seed(seed)
    hidden = torch.randn(tokens, dim, dtype=torch.float64, generator=random).requires_grad_()
    weight = torch.randn(vocab, dim, dtype=torch.float64, generator=random).requires_grad_()
    targets = torch.randint(vocab, (tokens,), generator=random)
    weights = torch.rand(tokens, dtype=torch.float64, generator=random) * torch.randint(2, (tokens,), generator=random)
    return hidden, weight, targets, weights


def whole(hidden, weight, targets, weights, z_loss):
    logits = hidden @ weight.T
    nll = F.cross_entropy(logits, targets, reduction="none")
    return (weights * (nll + z_loss * torch.logsumexp(logits, -1) ** 2)).sum(), nll


@given(st.integers(1, 12), st.integers(1, 5), st.integers(2, 20), st.integers(1, 5), st.sampled_from([0.0, 1e-2]))
def test_loss_and_gradients_are_those_of_the_whole_logits(tokens, dim, vocab, chunk, z_loss):
    hidden, weight, targets, weights = drawn(tokens, dim, vocab, seed=tokens * 100 + vocab)
    loss, nll = reference(hidden, weight, targets, weights, z_loss, chunk)
    expected, expected_nll = whole(hidden, weight, targets, weights, z_loss)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(nll, expected_nll)
    ours = torch.autograd.grad(loss, (hidden, weight))
    torch.testing.assert_close(ours, torch.autograd.grad(expected, (hidden, weight)))


def test_two_tokens_by_hand():
    hidden, weight = torch.tensor([[1.0], [2.0]]), torch.tensor([[0.0], [math.log(3)]])
    loss, nll = reference(hidden, weight, torch.tensor([0, 1]), torch.tensor([1.0, 10.0]))
    assert nll.tolist() == pytest.approx([math.log(4), math.log(10 / 9)])
    assert float(loss) == pytest.approx(math.log(4) + 10 * math.log(10 / 9))


def test_a_token_of_weight_0_moves_nothing_whatever_its_target_is():
    hidden, weight, targets, weights = drawn(6, 3, 7, seed=1)
    weights[2] = 0
    other = targets.clone()
    other[2] = (targets[2] + 1) % 7
    results = [
        torch.autograd.grad(reference(hidden, weight, t, weights)[0], (hidden, weight)) for t in (targets, other)
    ]
    assert torch.equal(results[0][1], results[1][1])
    assert not results[0][0][2].any()


def test_nothing_but_padding_is_a_loss_of_0_with_a_gradient_of_0():
    hidden, weight, targets, weights = drawn(4, 3, 7, seed=2)
    loss, _ = reference(hidden, weight, targets, torch.zeros_like(weights))
    assert loss == 0
    assert not any(grad.any() for grad in torch.autograd.grad(loss, (hidden, weight)))


def test_no_tokens_at_all_are_a_loss_of_0():
    loss, nll = reference(torch.zeros(0, 3), torch.zeros(7, 3), torch.zeros(0, dtype=torch.int64), torch.zeros(0))
    assert loss == 0 and nll.shape == (0,) and nll.dtype == torch.float32


def test_nll_has_no_gradient():
    hidden, weight, targets, weights = drawn(4, 3, 7, seed=3)
    assert not reference(hidden, weight, targets, weights)[1].requires_grad


def test_large_logits_overflow_nothing():
    hidden, weight = torch.full((1, 1), 1e4), torch.tensor([[1.0], [-1.0]])
    loss, _ = reference(hidden, weight, torch.tensor([1]), torch.ones(1))
    assert float(loss) == 2e4


@pytest.mark.parametrize("z_loss", [0.0, 1e-2])
def test_gradients_are_those_of_differences(z_loss):
    hidden, weight, targets, weights = drawn(5, 3, 4, seed=4)
    assert torch.autograd.gradcheck(lambda h, w: reference(h, w, targets, weights, z_loss, 2)[0], (hidden, weight))


def test_the_module_is_the_sum_over_tokens_of_a_layer_without_bias():
    layer = linear_cross_entropy.LinearCrossEntropy(4, 7)
    x, targets = torch.randn(2, 3, 4), torch.randint(7, (2, 3))
    loss, nll = layer(x, targets)
    torch.testing.assert_close(loss, F.cross_entropy(layer(x).flatten(0, 1), targets.flatten(), reduction="sum"))
    assert nll.shape == targets.shape and layer.bias is None
    with pytest.raises(ValueError, match="no bias"):
        linear_cross_entropy.LinearCrossEntropy(4, 7, bias=True)

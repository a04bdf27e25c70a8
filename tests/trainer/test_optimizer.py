"""AdamW over a model: what is decayed, what its state is, and that a state set back goes on bit for bit."""

import pytest
import torch

from trainer.config import ModelConfig
from trainer.model import Llama
from trainer.optimizer import AdamW

torch.set_num_threads(1)
CONFIG = ModelConfig(16, 2, 2, 1, 24, vocab_size=20)


def made(states=torch.float32):
    model = Llama(CONFIG)
    model.init_weights(0)
    return model, AdamW(dict(model.named_parameters()), states=states)


def trained(model, optimizer, steps):
    for step in steps:
        tokens = torch.randint(20, (2, 8), generator=torch.Generator().manual_seed(step))
        starts = torch.zeros(2, 8, dtype=torch.int32)
        loss, _ = model(tokens, starts, targets=tokens.roll(-1, 1), weights=torch.full((2, 8), 1 / 16))
        loss.backward()
        optimizer.step(step, 1e-2)


def test_a_model_moves_as_with_torch_s_adamw_of_two_groups():
    ours, optimizer = made()
    theirs, _ = made()
    decayed = [weight for weight in theirs.parameters() if weight.dim() > 1]
    kept = [weight for weight in theirs.parameters() if weight.dim() == 1]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": kept, "weight_decay": 0.0}]
    torchs = torch.optim.AdamW(groups, lr=1e-2, betas=(0.9, 0.95), eps=1e-8, foreach=False)

    class Stepped:
        def step(self, step, lr):
            torchs.step()
            torchs.zero_grad()

    trained(ours, optimizer, range(1, 6))
    trained(theirs, Stepped(), range(1, 6))
    for (name, weight), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(weight, other, msg=name, rtol=1e-4, atol=1e-6)


def test_vectors_are_not_decayed():
    weights = {"matrix": torch.nn.Parameter(torch.ones(2, 2)), "vector": torch.nn.Parameter(torch.ones(2))}
    for weight in weights.values():
        weight.grad = torch.zeros_like(weight)
    AdamW(weights, weight_decay=0.5).step(1, 0.1)
    assert torch.equal(weights["vector"], torch.ones(2))
    torch.testing.assert_close(weights["matrix"].data, torch.full((2, 2), 0.95))


@pytest.mark.parametrize("states", [torch.float32, torch.bfloat16])
def test_a_state_set_back_in_place_goes_on_to_the_same_bits(states):
    model, optimizer = made(states)
    trained(model, optimizer, range(1, 4))
    weights = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    moments = {part: {name: at.clone() for name, at in of.items()} for part, of in optimizer.state().items()}
    trained(model, optimizer, range(4, 7))

    again, resumed = made(states)
    with torch.no_grad():
        for name, weight in again.named_parameters():
            weight.copy_(weights[name])
        for part, of in resumed.state().items():
            for name, moment in of.items():
                assert moment.dtype == states
                moment.copy_(moments[part][name])
    trained(again, resumed, range(4, 7))
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters(), strict=True))


def test_gradients_are_scaled_before_anything_else_and_forgotten_after():
    steps = []
    for gradient, scale in ((8.0, 0.25), (2.0, 1.0)):
        weight = torch.nn.Parameter(torch.ones(2, 2))
        optimizer = AdamW({"weight": weight})
        weight.grad = torch.full((2, 2), gradient)
        optimizer.step(1, 0.1, scale)
        assert weight.grad is None
        steps.append(torch.stack([weight.data, optimizer.first["weight"], optimizer.second["weight"]]))
    assert torch.equal(*steps)


def test_a_weight_without_a_gradient_stays():
    weight = torch.nn.Parameter(torch.ones(2, 2))
    AdamW({"weight": weight}).step(1, 0.1)
    assert torch.equal(weight.data, torch.ones(2, 2))

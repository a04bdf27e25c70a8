"""fp32 masters and the bf16 model beside them: gradients that go over, copies that follow every change."""

import torch
from torch import nn

from trainer.optimizer import AdamW
from trainer.parallel.masters import Masters

torch.set_num_threads(1)


def made(states=torch.float32):
    torch.manual_seed(0)
    model = nn.Linear(7, 5, bias=False)
    masters = Masters([model])
    masters.copy_to_model()
    return model, masters, AdamW(masters.weights, states=states, masters=masters)


def passed(model, seed):
    x = torch.randn(3, 7, generator=torch.Generator().manual_seed(seed)).bfloat16()
    model(x).square().sum().backward()
    return torch.autograd.grad(model(x).square().sum(), model.weight)[0]


def test_one_gradient_goes_over_as_it_is_and_several_are_added_in_fp32():
    model, masters, _ = made()
    master = masters.weights["weight"]
    first = passed(model, 0)
    assert master.grad.dtype == torch.bfloat16 and torch.equal(master.grad, first) and model.weight.grad is None
    second, third = passed(model, 1), passed(model, 2)
    assert master.grad.dtype == torch.float32
    assert torch.equal(master.grad, first.float() + second.float() + third.float())


def test_an_update_writes_the_model_s_copy_and_nothing_is_copied_again(monkeypatch):
    model, masters, optimizer = made()
    for step in (1, 2):
        passed(model, step)
        optimizer.step(step, 1e-2)
        assert torch.equal(model.weight, masters.weights["weight"].bfloat16())
    copied = []
    monkeypatch.setattr(masters, "copied", copied.append)
    masters.copy_to_model()
    assert copied == []


def test_masters_that_something_else_has_changed_are_copied_before_the_next_step():
    model, masters, optimizer = made()
    passed(model, 0)
    optimizer.step(1, 1e-2)
    with torch.no_grad():
        masters.weights["weight"].detach().view(-1)[:3].copy_(torch.ones(3))  # as a checkpoint is read into its parts
    assert not torch.equal(model.weight, masters.weights["weight"].bfloat16())
    masters.copy_to_model()
    assert torch.equal(model.weight, masters.weights["weight"].bfloat16())

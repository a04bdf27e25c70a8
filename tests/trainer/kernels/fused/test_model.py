"""A whole model by fused kernels alone, interpreted: its loss, gradients and training beside plain PyTorch's."""

import pytest
import torch

from tests.trainer.kernels.fused.interpreted import CPU
from trainer.config import ModelConfig
from trainer.kernels import choice
from trainer.model import Llama
from trainer.optimizer import AdamW
from trainer.parallel import checkpointing

CONFIG = ModelConfig(32, 2, 4, 2, 48, vocab_size=80, head_dim=16)
LENGTH = 24
STARTS = torch.tensor([[0] * 7 + [7] + [8] * 13 + [21, 22, 23]], dtype=torch.int32)  # the last three are padding


def made(kind="none"):
    model = Llama(CONFIG)
    model.init_weights(0)
    checkpointing.apply(model, kind)
    return model


def loss_of(model, seed=0):
    tokens = torch.randint(80, (1, LENGTH), generator=torch.Generator().manual_seed(seed))
    weights = (torch.arange(LENGTH) < 21).float()[None] / 21
    return model(tokens, STARTS, targets=tokens.roll(-1, 1), weights=weights, z_loss=1e-3)[0]


def gradients(model, way="triton"):
    with choice.chosen(way, CPU):
        loss = loss_of(model)
        loss.backward()
    found = {name: weight.grad for name, weight in model.named_parameters()}
    return loss.detach(), found


def test_loss_and_every_gradient_are_those_of_plain_pytorch():
    loss, found = gradients(made())
    expected, wanted = gradients(made(), "reference")
    torch.testing.assert_close(loss, expected, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", ["selective", "full"])
def test_what_is_made_anew_gives_the_same_bits(kind):
    loss, found = gradients(made())
    again, others = gradients(made(kind))
    assert torch.equal(loss, again)
    assert all(torch.equal(found[name], others[name]) for name in found)


def test_torch_compile_takes_the_whole_model_as_one_graph():
    loss, found = gradients(made())
    model = made()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    with choice.chosen("triton", CPU):
        again = loss_of(compiled)
        again.backward()
    torch.testing.assert_close(again.detach(), loss)
    torch.testing.assert_close({name: weight.grad for name, weight in model.named_parameters()}, found)


def test_training_goes_the_same_way():
    """Losses of some steps, the norm and clipping of gradients, and the optimizer in its own kernel."""
    from trainer.kernels.grad_norm import grad_norm

    curves = {}
    for way in ("triton", "reference"):
        model = made()
        optimizer = AdamW(dict(model.named_parameters()))
        curves[way] = []
        with choice.chosen(way, CPU):
            for step in range(1, 6):
                loss = loss_of(model, seed=step % 2)
                loss.backward()
                square = grad_norm([weight.grad for weight in model.parameters()])
                optimizer.step(step, 3e-3, torch.clamp(0.5 / square.sqrt(), max=1.0))
                curves[way].append(float(loss.detach()))
    assert curves["triton"] == pytest.approx(curves["reference"], rel=1e-5)
    assert curves["triton"][-1] < curves["triton"][0] - 0.1

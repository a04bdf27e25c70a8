"""500 steps of a small model by fused kernels, interpreted, beside plain PyTorch's: within the noise of seeds.

In fp32, for the interpreter has no bf16; `python -m benchmarks.gpu --only curves` does the same on a device in bf16.
"""

import numpy as np
import pytest
import torch

from benchmarks.gpu_curves import chain
from tests.trainer.kernels.fused.interpreted import CPU
from trainer.config import ModelConfig
from trainer.kernels import choice
from trainer.kernels.grad_norm import grad_norm
from trainer.model import Llama
from trainer.optimizer import AdamW

CONFIG = ModelConfig(32, 2, 2, 1, 48, vocab_size=64, head_dim=16)
LENGTH, STEPS = 32, 500
STARTS = torch.tensor([[0] * 11 + [11] * 20 + [31]], dtype=torch.int32)


def curve(way, seed):
    model = Llama(CONFIG)
    model.init_weights(seed)
    optimizer = AdamW(dict(model.named_parameters()))
    tokens = torch.from_numpy(chain(CONFIG.vocab_size, STEPS, LENGTH + 1, seed))
    losses = []
    with choice.chosen(way, CPU):
        for step in range(1, STEPS + 1):
            row, weights = tokens[step - 1 : step], torch.full((1, LENGTH), 1 / LENGTH)
            loss, _ = model(row[:, :-1], STARTS, targets=row[:, 1:], weights=weights)
            loss.backward()
            norm = grad_norm([weight.grad for weight in model.parameters()]).sqrt()
            optimizer.step(step, 3e-3, torch.clamp(1.0 / norm, max=1.0))
            losses.append(float(loss.detach()))
    return np.array(losses)


@pytest.mark.nightly
def test_curves_of_500_steps_are_within_the_noise_of_seeds():
    seeds = (0, 1, 2)
    fused, plain = ({seed: curve(way, seed) for seed in seeds} for way in ("triton", "reference"))
    between = np.mean([np.abs(plain[a] - plain[b])[250:].mean() for a in seeds for b in seeds if a < b])
    ways = np.mean([np.abs(fused[seed] - plain[seed])[250:].mean() for seed in seeds])
    print(f"gap of ways {ways:.2e}, of seeds {between:.2e} nats")
    assert ways < 0.02 * between
    assert plain[0][-50:].mean() < plain[0][:10].mean() - 0.5

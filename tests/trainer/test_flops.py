"""Published parameter counts and operations a token, and a direct count of what the model multiplies."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from trainer.config import PRESETS, ModelConfig
from trainer.flops import exact, parameters, per_token
from trainer.kernels import attention
from trainer.model import Llama

torch.set_num_threads(1)

PUBLISHED = {  # as the cards and safetensors indexes on the Hugging Face hub give them
    "8b": 8_030_261_248,
    "70b": 70_553_706_496,
    "405b": 405_853_388_800,
    "1b": 1_235_814_400,
    "3b": 3_212_749_824,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_presets_have_the_published_number_of_parameters(name):
    assert parameters(PRESETS[name]).total == PUBLISHED[name]


@pytest.mark.parametrize("name", PRESETS)
def test_parameters_are_those_of_the_model_itself(name):
    with torch.device("meta"):
        model = Llama(PRESETS[name])
    counted = parameters(PRESETS[name])
    assert counted.total == sum(weight.numel() for weight in model.parameters())
    blocks = [weight.numel() for at, weight in model.layers.named_parameters() if weight.dim() > 1]
    assert counted.blocks == sum(blocks)


def test_proxies_are_named_for_the_parameters_of_their_blocks():
    for name, config in PRESETS.items():
        if name.startswith("proxy-"):
            named = int(name.removeprefix("proxy-").removesuffix("m")) * 1e6
            assert 0.75 * named < parameters(config).blocks < 1.25 * named, name


def test_llama_3_8b_at_8k_costs_what_is_published():
    cost = per_token(PRESETS["8b"], 8192)
    assert round(cost.causal / 1e9, 1) == 51.5
    assert round(cost.palm / 1e9, 1) == 57.9


def test_one_document_in_a_row_is_the_causal_convention_but_for_the_diagonal():
    config, length = PRESETS["1b"], 512
    whole = exact(config, length, length * (length + 1) // 2)
    diagonal = 12 * config.layers * config.heads * config.head_dim * length / 2
    assert whole == per_token(config, length).causal * length + diagonal


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_the_exact_count_of_a_row_is_the_sum_over_its_documents(lengths):
    config = PRESETS["proxy-1m"]
    attended = [n * (n + 1) // 2 for n in lengths]
    apart = sum(exact(config, n, keys) for n, keys in zip(lengths, attended, strict=True))
    assert exact(config, sum(lengths), sum(attended)) == apart
    assert apart <= per_token(config, sum(lengths) + 1).causal * sum(lengths)


@pytest.mark.parametrize("tied", [False, True])
def test_palm_s_convention_is_what_torch_counts_in_a_training_step(tied, monkeypatch):
    """The reference computes the whole square of attention; where logits are not held, they are computed twice."""
    monkeypatch.setattr("trainer.kernels.attention.attention", attention.reference)
    monkeypatch.setattr("trainer.kernels.linear_cross_entropy.HELD", 0)
    config = ModelConfig(64, 2, 4, 2, 96, vocab_size=160, head_dim=32, tied_embeddings=tied)
    model, length = Llama(config), 32
    tokens, starts = torch.zeros(1, length, dtype=torch.int64), torch.zeros(1, length, dtype=torch.int32)
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        loss, _ = model(tokens, starts, targets=tokens, weights=torch.ones(1, length))
        loss.backward()
    again = 2 * config.vocab_size * config.dim * length
    assert counter.get_total_flops() - again == per_token(config, length).palm * length

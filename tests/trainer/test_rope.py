"""Rotary tables against transformers', with and without Llama 3.1's scaling, and against Llama 3.1's own rule."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from trainer.config import PRESETS, ModelConfig, RopeScaling
from trainer.rope import frequencies, tables

torch.set_num_threads(1)


def theirs(config):
    scaling = config.rope_scaling
    kind = (
        {"rope_type": "default"}
        if scaling is None
        else {
            "rope_type": "llama3",
            "factor": scaling.factor,
            "low_freq_factor": scaling.low_freq_factor,
            "high_freq_factor": scaling.high_freq_factor,
            "original_max_position_embeddings": scaling.original_length,
        }
    )
    return LlamaRotaryEmbedding(
        LlamaConfig(
            hidden_size=config.dim,
            num_attention_heads=config.heads,
            head_dim=config.head_dim,
            max_position_embeddings=131_072,
            rope_parameters={"rope_theta": config.rope_theta, **kind},
        )
    )


@pytest.mark.parametrize("name", ["8b", "8b-128k", "405b-128k", "1b", "1b-128k", "3b-128k"])
def test_frequencies_and_tables_of_the_presets_are_transformers(name):
    config = PRESETS[name]
    embedding = theirs(config)
    torch.testing.assert_close(frequencies(config), embedding.inv_freq, rtol=1e-6, atol=0)
    cos, sin = tables(config, 512)
    their_cos, their_sin = embedding(torch.zeros(1), torch.arange(512)[None])
    torch.testing.assert_close(torch.cat((cos, cos), -1), their_cos[0], rtol=0, atol=1e-4)
    torch.testing.assert_close(torch.cat((sin, sin), -1), their_sin[0], rtol=0, atol=1e-4)


@given(
    st.sampled_from([4, 64, 128]),
    st.floats(1e3, 1e6),
    st.floats(1, 64),
    st.floats(0.5, 2),
    st.floats(0.5, 8),
    st.sampled_from([512, 8192]),
)
def test_long_wavelengths_are_stretched_short_ones_kept_and_those_between_blended(
    head, theta, factor, low, more, length
):
    scaling = RopeScaling(factor, low, low + more, length)
    config = ModelConfig(head, 1, 1, 1, 8, vocab_size=8, rope_theta=theta, rope_scaling=scaling)
    for at, found in enumerate(frequencies(config).tolist()):
        plain = theta ** (-2 * at / head)
        wavelength = 2 * math.pi / plain
        if wavelength > length / low:
            expected = plain / factor
        elif wavelength < length / (low + more):
            expected = plain
        else:
            smooth = (length / wavelength - low) / more
            expected = (1 - smooth) * plain / factor + smooth * plain
        assert found == pytest.approx(expected, rel=1e-4)


def test_without_scaling_the_slowest_pair_of_8b_turns_once_in_two_and_a_half_million_tokens():
    assert 2 * math.pi / float(frequencies(PRESETS["8b"])[-1]) == pytest.approx(2_559_000, rel=1e-3)


def test_tables_have_a_row_a_position_and_begin_unturned():
    cos, sin = tables(PRESETS["proxy-1m"], 7)
    assert cos.shape == sin.shape == (7, 16) and cos.dtype == torch.float32
    assert (cos[0] == 1).all() and (sin[0] == 0).all()

"""Shapes of models: presets, fields over a preset, and what is refused in one sentence."""

from dataclasses import replace

import pytest

from trainer.config import PRESETS, ModelConfig, RopeScaling, model_config
from trainer.errors import TrainingError


def test_a_preset_is_named():
    assert model_config("8b") is not None
    assert model_config("8b") == PRESETS["8b"]


def test_the_vocabulary_is_the_corpus_s_unless_the_model_says_one():
    assert model_config("8b", 4096).vocab_size == 4096
    assert model_config({"preset": "8b", "vocab_size": 5000}, 4096).vocab_size == 5000


def test_fields_change_a_preset_and_the_head_follows_the_width():
    config = model_config({"preset": "8b", "dim": 2048, "layers": 3})
    assert (config.dim, config.layers, config.head_dim, config.ffn_dim) == (2048, 3, 64, 14_336)
    assert model_config({"preset": "8b", "layers": 3}).head_dim == 128


def test_a_model_of_one_s_own_needs_every_width():
    own = {"dim": 64, "layers": 2, "heads": 4, "kv_heads": 2, "ffn_dim": 96}
    assert model_config(own, 512) == ModelConfig(64, 2, 4, 2, 96, vocab_size=512, head_dim=16)


def test_scaling_is_given_as_fields():
    config = model_config({"preset": "1b", "rope_scaling": {"factor": 32.0}})
    assert config.rope_scaling == RopeScaling(factor=32.0)
    assert config == PRESETS["1b-128k"]


def test_a_number_that_yaml_takes_for_a_word_is_one():
    assert model_config({"preset": "1b", "norm_eps": "1e-6", "rope_scaling": {"factor": "32e0"}}) == replace(
        PRESETS["1b-128k"], norm_eps=1e-6
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("9b", "there is no preset '9b'; there are 8b, 70b"),
        ({"preset": "8b", "width": 5}, "there is no field width; a model has dim"),
        ({"dim": 64, "layers": 2, "heads": 4, "ffn_dim": 96}, "kv_heads is missing; name a preset"),
        ({"preset": "8b", "heads": 30}, "heads (30) must be a multiple of kv_heads (8)"),
        ({"preset": "8b", "dim": 4097}, "dim (4097) must be a multiple of heads (32); or say head_dim"),
        ({"preset": "8b", "head_dim": 127}, "head_dim (127) must be even"),
        ({"preset": "8b", "layers": 0}, "every width and count is at least 1, not 0"),
        ({"preset": "8b", "rope_scaling": {"faktor": 8}}, "rope_scaling: there is no field faktor; it has factor"),
        ({"preset": ["8b"]}, "there is no preset ['8b']"),
        ({"preset": "8b", "dim": "wide"}, "model.dim: 'wide' is no whole number"),
        ({"preset": "8b", "layers": None}, "model.layers: None is no whole number"),
        ({"preset": "8b", "layers": True}, "model.layers: True is no whole number"),
        ({"preset": "8b", "vocab_size": "128K"}, "model.vocab_size: '128K' is no whole number"),
        ({"preset": "8b", "head_dim": -2}, "head_dim (-2) must be even"),
        ({"preset": "8b", "rope_theta": float("nan")}, "model.rope_theta: nan is no number above 0"),
        ({"preset": "8b", "norm_eps": "small"}, "model.norm_eps: 'small' is no number above 0"),
        ({"preset": "8b", "tied_embeddings": "no"}, "model.tied_embeddings: 'no' is neither true nor false"),
        ({"preset": "8b", "rope_scaling": 8}, "model.rope_scaling: 8 is no scaling; write its fields"),
        ({"preset": "8b", "rope_scaling": {"factor": "x"}}, "model.rope_scaling.factor: 'x' is no number above 0"),
        ({"preset": "8b", "rope_scaling": {"low_freq_factor": 4}}, "low_freq_factor (4) must be below high_freq"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(given, said):
    with pytest.raises(TrainingError) as refused:
        model_config(given)
    assert str(refused.value).startswith("model") and said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_every_preset_divides_for_the_launch_presets_tensor_ranks():
    for name, config in PRESETS.items():
        if not name.startswith("proxy-"):
            assert config.kv_heads == 8 and config.ffn_dim % 8 == 0 and config.dim % 8 == 0, name

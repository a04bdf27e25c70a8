"""Checkpoints that cannot be read, or would compute something else, are refused in one sentence."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from trainer import hf
from trainer.config import ModelConfig
from trainer.errors import TrainingError
from trainer.model import Llama

torch.set_num_threads(1)
CONFIG = ModelConfig(16, 2, 2, 1, 24, vocab_size=30)


def saved(tmp_path, **said):
    model = Llama(CONFIG)
    model.init_weights(0)
    hf.save(CONFIG, dict(model.named_parameters()), tmp_path / "model", **said)
    return tmp_path / "model"


def refused(folder):
    with pytest.raises(TrainingError) as error:
        hf.load(folder)
    assert "\n" not in str(error.value) and str(folder) in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"model_type": "mistral"}, "model_type is 'mistral'; only checkpoints of Llama"),
        ({"attention_bias": True}, "attention_bias is True; this model knows False only"),
        ({"mlp_bias": True}, "mlp_bias is True"),
        ({"hidden_act": "gelu"}, "hidden_act is 'gelu'; this model knows 'silu' only"),
        ({"quantization_config": {"bits": 4}}, "its weights are quantised"),
        ({"rope_parameters": {"rope_type": "yarn", "factor": 4.0}}, "scaled by 'yarn'"),
        ({"rope_parameters": {"rope_type": "llama3", "factor": 8.0}}, "positions lacks low_freq_factor"),
        ({"rope_parameters": None, "rope_scaling": {"type": "linear", "factor": 2.0}}, "scaled by 'linear'"),
        ({"hidden_size": None}, "hidden_size is missing"),
        ({"num_key_value_heads": "2"}, "model.kv_heads: '2' is no whole number"),
        ({"rms_norm_eps": "small"}, "model.norm_eps: 'small' is no number above 0"),
        ({"rope_parameters": None, "rope_theta": None}, "model.rope_theta: None is no number above 0"),
        ({"rope_parameters": None, "rope_scaling": [2]}, "rope_scaling is [2], no mapping"),
        ({"rope_parameters": "llama3"}, "rope_parameters is 'llama3', no mapping"),
        ({"tie_word_embeddings": "no"}, "model.tied_embeddings: 'no' is neither true nor false"),
        ({"num_key_value_heads": 3}, "heads (2) must be a multiple of kv_heads (3)"),
        ({"intermediate_size": 32}, "mlp.gate_proj.weight is 24 x 16, and config.json makes it 32 x 16"),
        ({"num_hidden_layers": 3}, "the tensor model.layers.2.input_layernorm.weight is missing"),
        ({"num_hidden_layers": 1}, "holds model.layers.1.input_layernorm.weight, which no Llama of its config.json"),
    ],
)
def test_a_config_that_is_not_ours_is_refused(fields, said, tmp_path):
    folder = saved(tmp_path)
    given = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**given, **fields}))
    assert said in refused(folder)


def test_a_folder_of_something_else_is_refused(tmp_path):
    assert "there is no config.json" in refused(tmp_path)
    (tmp_path / "config.json").write_text("[")
    assert "is not JSON" in refused(tmp_path)
    (tmp_path / "config.json").write_text("[]")
    assert "model_type is None" in refused(tmp_path)


def test_pickles_are_never_opened(tmp_path):
    folder = saved(tmp_path)
    (folder / "model.safetensors").unlink()
    assert "there is neither model.safetensors nor" in refused(folder)
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    assert "holds pickles only (pytorch_model.bin), and reading one may run any code" in refused(folder)


def test_a_file_cut_short_is_refused(tmp_path):
    folder = saved(tmp_path)
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-10])
    assert "is not whole safetensors" in refused(folder)


def test_a_missing_file_of_several_is_named(tmp_path):
    folder = saved(tmp_path, shard=4000)
    last = max(folder.glob("*.safetensors"))
    last.unlink()
    assert f"names {last.name}, which is not there" in refused(folder)


@pytest.mark.parametrize("file", ["../outside.safetensors", "/etc/passwd"])
def test_an_index_leads_nowhere_else(file, tmp_path):
    folder = saved(tmp_path, shard=4000)
    index = folder / "model.safetensors.index.json"
    given = json.loads(index.read_text())
    given["weight_map"]["model.norm.weight"] = file
    index.write_text(json.dumps(given))
    assert f"{file!r} is not the name of a file beside it" in refused(folder)


def test_an_index_that_places_a_tensor_wrongly_or_not_at_all_is_refused(tmp_path):
    folder = saved(tmp_path, shard=4000)
    index = folder / "model.safetensors.index.json"
    given = json.loads(index.read_text())
    given["weight_map"]["model.norm.weight"] = min(given["weight_map"].values())
    index.write_text(json.dumps(given))
    assert "the tensor model.norm.weight is missing" in refused(folder)
    index.write_text("{}")
    assert "has no weight_map" in refused(folder)


def test_weights_of_whole_numbers_are_refused(tmp_path):
    folder = saved(tmp_path)
    tensors = load_file(folder / "model.safetensors")
    tensors["model.norm.weight"] = tensors["model.norm.weight"].to(torch.int32)
    save_file(tensors, folder / "model.safetensors")
    assert "model.norm.weight is torch.int32; weights are" in refused(folder)


def test_a_folder_of_one_s_own_is_not_overwritten_but_an_earlier_checkpoint_is(tmp_path):
    folder = saved(tmp_path, shard=4000)
    saved(tmp_path)
    assert sorted(file.name for file in folder.iterdir()) == ["config.json", "model.safetensors"]
    assert [file.name for file in tmp_path.iterdir()] == ["model"]
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.tex").write_text("x")
    with pytest.raises(TrainingError, match="exists and is no Hugging Face checkpoint; name a new folder"):
        hf.save(CONFIG, dict(Llama(CONFIG).named_parameters()), other)
    assert (other / "chapter.tex").exists()


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match=r"file/model: cannot be written \(Not a directory\); name another folder"):
        saved(tmp_path / "file")


def test_a_part_of_a_model_is_not_saved_as_one(tmp_path):
    state = dict(Llama(CONFIG).named_parameters())
    short = {name: tensor for name, tensor in state.items() if name != "norm.weight"}
    with pytest.raises(TrainingError, match=r"has no norm.weight; give the state of all stages"):
        hf.save(CONFIG, short, tmp_path / "model")
    with pytest.raises(TrainingError, match=r"norm.weight is \(3,\), and the model makes it \(16,\)"):
        hf.save(CONFIG, {**state, "norm.weight": torch.ones(3)}, tmp_path / "model")
    assert not list(tmp_path.iterdir())

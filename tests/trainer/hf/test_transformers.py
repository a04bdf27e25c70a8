"""The same logits as transformers' LlamaForCausalLM, whichever of the two wrote the checkpoint."""

import json

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

from trainer import hf
from trainer.config import ModelConfig, RopeScaling
from trainer.model import Llama

torch.set_num_threads(1)
SHAPES = {
    "eight heads on two": ModelConfig(64, 3, 8, 2, 96, vocab_size=120),
    "every head its own keys": ModelConfig(48, 2, 4, 4, 80, vocab_size=77, norm_eps=1e-6, rope_theta=10_000.0),
    "tied": ModelConfig(64, 2, 4, 1, 96, vocab_size=120, tied_embeddings=True),
    "llama3 scaling": ModelConfig(64, 2, 4, 2, 96, vocab_size=120, rope_scaling=RopeScaling(8.0, 1.0, 4.0, 16)),
    "wide heads": ModelConfig(64, 2, 4, 2, 96, vocab_size=120, head_dim=32, rope_scaling=RopeScaling(factor=32.0)),
}
LENGTH = 48


def drawn(config, seed=0):
    """A model with weights so wide that nothing is close to uniform, norms too."""
    model = Llama(config)
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            spread = torch.randn(weight.shape, generator=random)
            weight.copy_(1 + 0.3 * spread if weight.dim() == 1 else 0.15 * spread)
    return model.eval()


def of(folder):
    config, state = hf.load(folder)
    model = Llama(config)
    missing, strange = model.load_state_dict(state, strict=False)
    assert not strange and missing == (["output.weight"] if config.tied_embeddings else [])
    return model.eval()


def logits(model, tokens):
    with torch.no_grad():
        return model(tokens, torch.zeros_like(tokens, dtype=torch.int32))


def tokens_of(config, rows=2):
    return torch.randint(config.vocab_size, (rows, LENGTH), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("config", SHAPES.values(), ids=SHAPES)
def test_what_we_save_transformers_loads_with_our_logits(config, tmp_path):
    model, tokens = drawn(config), tokens_of(config)
    hf.save(config, dict(model.named_parameters()), tmp_path / "model")
    theirs, said = AutoModelForCausalLM.from_pretrained(tmp_path / "model", output_loading_info=True)
    assert not any(said[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    assert type(theirs) is LlamaForCausalLM
    with torch.no_grad():
        found = theirs(tokens).logits
    assert found.std() > 0.5  # else anything would be close
    torch.testing.assert_close(logits(model, tokens), found, rtol=0, atol=1e-4)


@pytest.mark.parametrize("config", SHAPES.values(), ids=SHAPES)
def test_what_transformers_saves_we_load_with_its_logits(config, tmp_path):
    hf.save(config, dict(drawn(config).named_parameters()), tmp_path / "ours")
    theirs = LlamaForCausalLM(LlamaConfig.from_pretrained(tmp_path / "ours"))
    with torch.no_grad():
        for weight in theirs.parameters():
            weight.add_(0.1 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(weight.numel())))
    theirs.save_pretrained(tmp_path / "theirs", max_shard_size="60KB")
    assert (tmp_path / "theirs" / "model.safetensors.index.json").exists()
    model, tokens = of(tmp_path / "theirs"), tokens_of(config)
    assert model.config == config
    with torch.no_grad():
        found = theirs.eval()(tokens).logits
    torch.testing.assert_close(logits(model, tokens), found, rtol=0, atol=1e-4)


def test_packed_documents_have_the_logits_that_transformers_gives_each_alone(tmp_path):
    config, lengths = SHAPES["llama3 scaling"], [1, 20, 3, 24]
    model, tokens = drawn(config), tokens_of(config, rows=1)
    hf.save(config, dict(model.named_parameters()), tmp_path / "model")
    theirs = LlamaForCausalLM.from_pretrained(tmp_path / "model")
    starts = torch.tensor([[sum(lengths[:at]) for at, length in enumerate(lengths) for _ in range(length)]])
    with torch.no_grad():
        alone = torch.cat([theirs(part).logits for part in tokens.split(lengths, dim=1)], dim=1)
        packed = model(tokens, starts.int())
    torch.testing.assert_close(packed, alone, rtol=0, atol=1e-4)


def test_config_files_of_transformers_4_are_read_too(tmp_path):
    config = SHAPES["llama3 scaling"]
    hf.save(config, dict(drawn(config).named_parameters()), tmp_path / "model")
    file = tmp_path / "model" / "config.json"
    given = json.loads(file.read_text())
    del given["rope_parameters"], given["dtype"]
    file.write_text(json.dumps(given))
    assert hf.load(tmp_path / "model")[0] == config
    assert LlamaConfig.from_pretrained(tmp_path / "model").rope_parameters["factor"] == 8.0
    del given["head_dim"]
    file.write_text(json.dumps(given))
    assert hf.load(tmp_path / "model")[0] == config


@pytest.mark.parametrize("shard", [1, 40_000, 10**9])
def test_a_state_comes_back_bit_for_bit_from_however_many_files(shard, tmp_path):
    config = SHAPES["tied"]
    state = dict(drawn(config).named_parameters())
    hf.save(config, state, tmp_path / "model", shard=shard)
    again, found = hf.load(tmp_path / "model")
    assert again == config and set(found) == set(state)
    assert all(torch.equal(found[name], state[name]) for name in state)
    files = sorted((tmp_path / "model").glob("*.safetensors"))
    assert len(files) == {1: len(state), 40_000: len(files), 10**9: 1}[shard] and (len(files) > 1) == (shard < 10**9)
    assert sum(len(load_file(file)) for file in files) == len(state)


def test_weights_may_be_written_and_read_as_bf16(tmp_path):
    config = SHAPES["tied"]
    state = dict(drawn(config).named_parameters())
    hf.save(config, state, tmp_path / "model", dtype=torch.bfloat16)
    assert json.loads((tmp_path / "model" / "config.json").read_text())["dtype"] == "bfloat16"
    _, stored = hf.load(tmp_path / "model")
    _, wide = hf.load(tmp_path / "model", torch.float32)
    name = "layers.0.attention.wq.weight"
    assert torch.equal(stored[name], state[name].bfloat16()) and torch.equal(wide[name], stored[name].float())
    assert AutoModelForCausalLM.from_pretrained(tmp_path / "model").dtype == torch.bfloat16

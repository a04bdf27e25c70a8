"""What a transformer may start from, and what is refused in a sentence: pickles, strangers' tokenizers, damage."""

import json
import os
import pickle
import shutil

import pytest

from classifiers.distilroberta import base, network, settings
from tests.classifiers.distilroberta.conftest import TINY

SETTINGS = settings.of({"max_tokens": 32, "overlap": 4}, scratch=False)


@pytest.fixture
def checkpoint(trained, tmp_path):
    """A folder as the hub has them: three files and no card."""
    folder = tmp_path / "base"
    shutil.copytree(trained.folder, folder)
    (folder / "card.json").unlink()
    return folder


def of(folder, **changed):
    return base.of(str(folder), SETTINGS.model_copy(update=changed), [])


def rewritten(folder, name, **changed):
    path = folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


def test_a_folder_gives_its_weights_its_tokenizer_and_its_digest(checkpoint):
    found = of(checkpoint)
    assert found.name == "base" and len(found.digest) == 64 and found.weights
    assert found.tokenizer.get_vocab_size() == found.config["vocab_size"]


def test_the_encoder_is_taken_and_the_head_made_anew_for_any_number_of_classes(checkpoint):
    import torch

    found = of(checkpoint)
    model = network.build(found, ("arts", "science", "sports"), 0.1, seed=3)
    state = model.state_dict()
    assert state["classifier.out_proj.weight"].shape == (3, TINY["hidden"])
    encoder = {name for name in state if name.startswith("roberta.")}
    assert encoder and all(torch.equal(state[name], found.weights[name]) for name in encoder)
    assert not torch.equal(state["classifier.dense.weight"], found.weights["classifier.dense.weight"])
    assert model.config.id2label == {0: "arts", 1: "science", 2: "sports"}


def test_an_encoder_saved_alone_in_half_precision_with_a_language_models_head_beside_it_is_taken(checkpoint):
    import torch
    from safetensors.torch import load, save_file

    weights = load((checkpoint / "model.safetensors").read_bytes())
    alone = {k.removeprefix("roberta."): v.half() for k, v in weights.items() if k.startswith("roberta.")}
    alone |= {"lm_head.bias": torch.zeros(3), "embeddings.position_ids": torch.zeros(1, 34)}
    save_file(alone, checkpoint / "model.safetensors")
    state = network.build(of(checkpoint), ("no", "yes"), 0.1, seed=0).state_dict()
    name = "roberta.embeddings.word_embeddings.weight"
    assert torch.equal(state[name], weights[name].half().float())


def test_a_pickle_is_refused_and_not_opened(checkpoint, tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "opened"),)

    (checkpoint / "model.safetensors").unlink()
    (checkpoint / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ValueError, match=r"pytorch_model.bin: is a pickle, .*so it is not; convert it"):
        of(checkpoint)
    (checkpoint / "pytorch_model.bin").rename(checkpoint / "model.safetensors")
    with pytest.raises(ValueError, match=r"model.safetensors: is no safetensors file, or damaged"):
        of(checkpoint)
    assert not (tmp_path / "opened").exists()


def test_code_that_comes_with_a_checkpoint_is_not_run(checkpoint, tmp_path):
    (checkpoint / "evil.py").write_text(f"import os; os.mkdir({str(tmp_path / 'ran')!r})")
    rewritten(checkpoint, "config.json", auto_map={"AutoModelForSequenceClassification": "evil.Model"})
    network.build(of(checkpoint), ("no", "yes"), 0.1, seed=0)
    assert not (tmp_path / "ran").exists()


def test_another_models_tokenizer_is_refused(checkpoint):
    from classifiers.distilroberta.scratch import vocabulary

    vocabulary(["a b c"], 300).save(str(checkpoint / "tokenizer.json"))
    rewritten(checkpoint, "config.json", vocab_size=50_265)
    with pytest.raises(ValueError, match=r"tokenizer.json has 2\d\d tokens, the model 50,265; .* of another model"):
        of(checkpoint)


def test_special_tokens_that_are_none_are_refused(checkpoint):
    rewritten(checkpoint, "config.json", pad_token_id=200)
    with pytest.raises(ValueError, match=r"pad_token_id 200, no special token of tokenizer.json"):
        of(checkpoint)
    rewritten(checkpoint, "config.json", pad_token_id=None)
    with pytest.raises(ValueError, match=r"pad_token_id None, no special token of tokenizer.json"):
        of(checkpoint)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"vocab_size": "many"}, r"config.json has vocab_size 'many', no whole number"),
        ({"hidden_size": "wide"}, r"config.json: is not that of a RoBERTa that can be built .*hidden_size"),
        ({"num_attention_heads": 5}, r"config.json: is not that of a RoBERTa that can be built .*attention heads"),
    ],
)
def test_a_config_of_nonsense_is_refused(checkpoint, changed, why):
    rewritten(checkpoint, "config.json", **changed)
    with pytest.raises(ValueError, match=why):
        network.build(of(checkpoint), ("no", "yes"), 0.1, seed=0)


def test_windows_longer_than_a_models_positions_are_refused(checkpoint):
    with pytest.raises(ValueError, match="setting max_tokens: 64 is more than the 32 that"):
        of(checkpoint, max_tokens=64)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("tokenizer.json", b"{}", "tokenizer.json: is no tokenizer"),
        ("config.json", b"\x80\x04", "config.json: is not JSON"),
        ("config.json", b"[]", "config.json: model_type is None"),
        ("config.json", b'{"model_type": "bert"}', "config.json: model_type is 'bert'; Curate trains roberta"),
        ("model.safetensors", b"", "model.safetensors: is no safetensors file, or damaged"),
    ],
)
def test_a_damaged_file_is_named(checkpoint, name, content, why):
    (checkpoint / name).write_bytes(content)
    with pytest.raises(ValueError, match=why):
        of(checkpoint)


def test_weights_cut_off_are_refused(checkpoint):
    path = checkpoint / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="is no safetensors file, or damaged"):
        of(checkpoint)


def test_weights_of_another_size_are_refused(checkpoint):
    rewritten(checkpoint, "config.json", intermediate_size=64)
    with pytest.raises(ValueError, match=r"has encoder\.layer\.0\.intermediate\.dense\.bias of \[128\], not \[64\]"):
        network.build(of(checkpoint), ("no", "yes"), 0.1, seed=0)
    rewritten(checkpoint, "config.json", intermediate_size=128, num_hidden_layers=2)
    with pytest.raises(ValueError, match=r"has no encoder\.layer\.1\."):
        network.build(of(checkpoint), ("no", "yes"), 0.1, seed=0)


def test_a_folder_without_a_model_and_a_name_of_nothing_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"has no config.json; a base model is a folder with"):
        of(tmp_path)
    with pytest.raises(ValueError, match=r"nowhere: no such folder; a base model is a folder"):
        of(tmp_path / "nowhere")


def test_a_model_that_was_got_says_which_commit_and_licence_and_is_held_against_its_digest(checkpoint):
    said = {"name": "org/model", "revision": "0" * 40, "licence": "MIT", "files": {}}
    (checkpoint / "pinned.json").write_text(json.dumps(said))
    found = of(checkpoint)
    assert (found.name, found.revision, found.licence) == ("org/model", "0" * 40, "MIT")
    (checkpoint / "pinned.json").write_text(json.dumps({**said, "files": {"model.safetensors": "f" * 64}}))
    with pytest.raises(ValueError, match=r"SHA-256 is .* and not ffffffffffff; get org/model again"):
        of(checkpoint)


def test_a_name_of_the_hub_that_cannot_be_had_says_how_to_get_it(monkeypatch, tmp_path):
    import huggingface_hub

    asked = []

    def offline(*name, **wanted):
        asked.append(wanted)
        raise OSError("no network")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", offline)
    commit = "fb53ab8802853c8e4fbdbcd0529f21fc6f459b2b"
    with pytest.raises(ValueError, match=rf"\(no network\); run `curate models get .*roberta-base@{commit}` where"):
        of("distilbert/distilroberta-base")
    cache, hub = asked  # and no download, which would try again for half a minute
    assert cache["local_files_only"] and not any("bin" in path for path in cache["allow_patterns"])
    assert cache["revision"] == hub["revision"] == commit


def test_a_name_of_the_hub_is_read_from_its_cache(monkeypatch, checkpoint):
    import huggingface_hub

    def cached(name, *, local_files_only=False, **wanted):
        assert local_files_only and name == "org/model"
        return str(checkpoint)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", cached)
    found = of(f"org/model@{'a' * 40}")
    assert (found.name, found.revision) == ("org/model", "a" * 40)

import yaml

from curate import demo


def test_a_vocabulary_below_the_folder_is_named_relative_to_it(tmp_path):
    text = demo.recipe(tmp_path, tmp_path / "vocabulary.tiktoken")
    assert yaml.safe_load(text)["tokenizer"] == {"file": "vocabulary.tiktoken"}
    assert "tokenizer" not in yaml.safe_load(demo.recipe(tmp_path))


def test_the_shares_of_the_mix_sum_to_one(tmp_path):
    assert abs(sum(yaml.safe_load(demo.recipe(tmp_path))["mix"]["shares"].values()) - 1) < 1e-9

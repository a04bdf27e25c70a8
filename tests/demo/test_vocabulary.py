"""The demonstration counts in a vocabulary of its own, the same at every making."""

import yaml

from curate import tokenizer
from curate.demo.vocabulary import add_vocabulary


def test_the_vocabulary_is_named_in_the_recipe_and_is_the_same_at_every_making(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name / "books").mkdir(parents=True)
        (tmp_path / name / "books" / "a.txt").write_text("the sea and the ship and the sea again\n" * 20, "utf-8")
        (tmp_path / name / "books" / "broken.txt").write_bytes(b"\xff\xfe the end")
    first, second = (add_vocabulary(tmp_path / name, 280) for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    named = yaml.safe_load((first.parent / "recipe.yaml").read_text("utf-8"))["tokenizer"]["file"]
    assert (first.parent / named) == first
    assert tokenizer.load({"file": str(first)}).size <= 280

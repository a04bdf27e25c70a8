"""A recipe with the rule first, and its raw counterpart."""

import pytest

from curate.holdout import recipes
from curate.recipe import Recipe, load
from curate.recipe.rules import Rule


def test_the_rule_comes_first_once_and_concerns_everything():
    twice = recipes.held_out(recipes.held_out(load("default"), 0.2), 0.1)
    first, *others = twice.rules
    assert (first.signal, first.min, first.groups, first.languages) == ("holdout.part", 0.1, None, None)
    assert others == load("default").rules


@pytest.mark.parametrize("name", ["default", "llama3"])
def test_the_raw_counterpart_judges_nothing_else(name):
    made = recipes.raw(load(name))
    assert [rule.signal for rule in made.rules] == ["holdout.part"]
    off = ("hosts", "near_duplicates", "frequent_lines", "repeated_lines", "line_rules", "pii", "divergence", "select")
    assert not any(getattr(made, section) for section in (*off, "classifiers", "topics"))
    assert made.mix.shares == "natural"
    same = ("extract", "categories", "tokenizer", "pack")
    assert all(getattr(made, section) == getattr(load(name), section) for section in same)


def test_rows_may_have_another_length():
    assert recipes.raw(load("default"), 0.05, 512).pack.lengths == [512]
    assert recipes.held_out(load("default"), 0.05, 512).pack.lengths == [512]


def test_what_is_written_is_read_as_the_same_recipe(tmp_path):
    made = recipes.held_out(Recipe(name="mine", rules=[Rule(signal="gopher.words", min=5)]), 0.05)
    (tmp_path / "mine.yaml").write_text(made.to_yaml())
    assert load(str(tmp_path / "mine.yaml")) == made

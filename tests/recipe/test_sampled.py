"""What `--sample` makes of a recipe."""

import pytest

from curate.recipe import Recipe
from curate.recipe.sampled import sampled


def test_a_tenth_of_the_input_is_asked_for_a_tenth_of_the_tokens():
    recipe = Recipe(name="some", sources=[{"paths": ["a"]}, {"paths": ["b"], "sample": 0.5}], mix={"tokens": "1M"})
    small = sampled(recipe, 0.1)
    assert [source.sample for source in small.sources] == [pytest.approx(0.1), pytest.approx(0.05)]
    assert small.mix.tokens == 100_000


def test_without_a_budget_there_is_none_to_scale():
    assert sampled(Recipe(name="some", sources=[{"paths": ["a"]}]), 0.1).mix.tokens is None

"""The shipped recipes against the signals that there are."""

import pytest

from curate.recipe import load, shipped


@pytest.fixture(autouse=True)
def signals():
    """Here the real ones, not those of conftest.py."""


@pytest.mark.parametrize("name", [name for name, _ in shipped()])
def test_a_shipped_recipe_names_only_signals_that_are_declared(name):
    assert load(name).name == name

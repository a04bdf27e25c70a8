"""Whatever is written, a recipe is accepted with a meaning or refused in words; nothing else happens."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import curate.recipe
from curate.recipe import RecipeError, load
from curate.recipe.yaml_lines import dump, parse

SHIPPED = Path(curate.recipe.__file__).parent / "recipes" / "llama3.yaml"
START = dump(parse(SHIPPED.read_text("utf-8"), "llama3")[0])
odd = st.sampled_from(
    [
        *(None, True, -1, 0, 1, 1.5, 10**39, 1e308, "", " ", "x", "all", "natural", "nan", "15T", "2023-12-31"),
        *([], [[]], {}, ["web"], ["web", "web"], [None], [{}], "\x00", "[", "*"),
        *({"signal": "chars", "min": 1}, {"x": {"y": [1]}}, {"": 0}),
    ]
)


def places(tree, place=()):
    yield place
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        yield from places(value, (*place, key))


PLACES = [place for place in places(parse(START, "start")[0]) if place]


def changed(place, value):
    tree, _ = parse(START, "start")
    inside = tree
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return tree


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile") / "recipe.yaml"


@settings(max_examples=60)
@given(st.sampled_from(PLACES), odd)
def test_a_changed_recipe_is_accepted_or_refused_in_words(path, place, value):
    path.write_text(dump(changed(place, value)), encoding="utf-8")
    try:
        recipe = load(path)
    except RecipeError as error:
        assert all(problem.startswith(f"{path}:") for problem in error.problems) and error.problems
    else:
        path.write_text(recipe.to_yaml(), encoding="utf-8")
        assert load(path) == recipe
        assert all(recipe.section_json(section) for section in type(recipe).model_fields)


@settings(max_examples=40)
@given(st.integers(0, len(START)), st.text("{}[]:-,&*!|>'\"#%@`\n\t \x00é\u2028", max_size=4))
def test_a_slip_of_the_keyboard_is_accepted_or_refused_in_words(path, at, slip):
    path.write_text(START[:at] + slip + START[at:], encoding="utf-8")
    try:
        load(path)
    except RecipeError as error:
        assert str(error)

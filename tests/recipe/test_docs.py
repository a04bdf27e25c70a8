"""docs/recipes.md is about the recipes there are."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from curate.recipe import Recipe
from curate.recipe.yaml_lines import parse

PAGE = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)


def model_of(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(model_of, get_args(annotation))), None)


@pytest.mark.parametrize("section", Recipe.model_fields)
def test_every_section_has_its_part_with_exactly_its_fields(section):
    model = model_of(Recipe.model_fields[section].annotation)
    told = set(re.findall(r"^\| `(\w+)` \|", PARTS[section], re.M))
    assert told == (set(model.model_fields) if model and section != "select" else set())


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_valid(example):
    tree, _ = parse(example, "example")
    tree.pop("base", None)
    assert Recipe.model_validate({"name": "example", **tree})


def test_every_section_with_settings_has_an_example():
    shown = {section for example in EXAMPLES for section in parse(example, "example")[0]}
    assert set(Recipe.model_fields) <= shown

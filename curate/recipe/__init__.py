"""Recipes: what a corpus is made of, and by which rules. YAML in, a frozen, checked `Recipe` out.

`load` reads one, `of_inputs` makes one for plain files. No heavy import here: `curate --help` passes this door.
"""

from curate.recipe.errors import RecipeError
from curate.recipe.inputs import of_inputs
from curate.recipe.model import Recipe
from curate.recipe.reading import load, shipped
from curate.recipe.rules import CategoryRule, HostRule, Rule
from curate.recipe.sections import Source
from curate.recipe.spares import Unless

__all__ = [
    "CategoryRule",
    "HostRule",
    "Recipe",
    "RecipeError",
    "Rule",
    "Source",
    "Unless",
    "load",
    "of_inputs",
    "shipped",
]

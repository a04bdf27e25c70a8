"""Pydantic's validation errors as (place, reason): in plain words, with the nearest right name."""

from typing import get_args

from pydantic import BaseModel, ValidationError

from curate.recipe.errors import Place
from curate.recipe.model import Recipe
from curate.recipe.names import did_you_mean

WORDS = {
    "bool_type": "must be true or false",
    "list_type": "must be a list ([a, b] or lines that begin with -)",
    "model_type": "must be a mapping of settings ({key: value})",
    "dict_type": "must be a mapping ({key: value})",
    "int_type": "must be a whole number",
    "missing": "is missing",
}


def reasons(error: ValidationError, model: type[BaseModel] = Recipe) -> list[tuple[Place, str]]:
    """Each thing that is wrong with what should have been a `model`, once."""
    found = [(_place(wrong["loc"]), _reason(dict(wrong), model)) for wrong in error.errors(include_url=False)]
    return sorted(set(found), key=lambda pair: ([str(step).zfill(6) for step in pair[0]], pair[1]))


def _place(loc: Place) -> Place:
    # pydantic adds the branch of a union and `[key]` to the place: they are not in the file
    return tuple(step for step in loc if isinstance(step, int) or step.replace("_", "").replace("-", "").isalnum())


def _reason(wrong: dict, model: type[BaseModel]) -> str:
    kind, value, context = wrong["type"], wrong["input"], wrong.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(wrong["loc"][-1])
        known = list(_model_at(wrong["loc"][:-1], model).model_fields)
        if len(wrong["loc"]) == 1 and model is Recipe:
            known.append("base")
        return f"there is no key {key!r}{did_you_mean(key, known) or ' (there are ' + ', '.join(known) + ')'}"
    if value is None:
        return "is empty; leave the line out, or write [] or {}"
    if kind == "literal_error":
        allowed = str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        return f"{value!r} is none of {', '.join(allowed)}{did_you_mean(value, allowed)}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_type":
        return f"{value!r} is not text; put it in quotes"
    if kind == "string_pattern_mismatch":
        return f"{value!r} is no name; begin with a letter, then letters (small ones), digits, _ and -"
    if kind == "too_short":
        return "is empty; name at least one"
    if kind in WORDS:
        return WORDS[kind]
    return f"{value!r} {wrong['msg'].replace('Input should', 'must')}"


def _model_at(loc: Place, model: type[BaseModel]) -> type[BaseModel]:
    """The model whose key is at `loc` below `model`."""
    for step in loc:
        if isinstance(step, str) and step in model.model_fields:
            model = _inner(model.model_fields[step].annotation) or model
    return model


def _inner(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((inner for inner in map(_inner, get_args(annotation)) if inner), None)

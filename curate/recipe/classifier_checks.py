"""What can only be said of `classifiers:` and `topics:` with the models' cards at hand; told before a byte is read.

Only cards are read here. The models' files are held against them before the first phase (pipelines/checks.py).
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from fractions import Fraction

from curate import model_card
from curate.errors import UserError
from curate.model_card import CARD, Card
from curate.recipe.classifiers import DIGITS, PREFIX, Classifier
from curate.recipe.errors import Place
from curate.recipe.missing_model import how_to_build, no_model
from curate.recipe.model import Recipe
from curate.recipe.names import did_you_mean
from curate.storage import exists, join

LATER = "is there after `score`, so only select, categories and the unless of select and classifiers can compare it"


def classifier_problems(recipe: Recipe) -> Iterator[tuple[Place, str]]:
    """Models that are absent, of another task, or that cannot give what is asked of them."""
    known: dict[str, Card] = {}
    for i, one in enumerate(recipe.classifiers):
        if any(one.task == other.task for other in recipe.classifiers[:i]):
            yield ("classifiers", i, "task"), f"{one.task} is there twice; a task has one column, so keep one model"
        card = yield from _card(one, i)
        if card:
            known[one.task] = card
            yield from _asked(one, card, i)
            yield from _of_another(one, i)
    yield from _topics(recipe, known)


def column_types(recipe: Recipe) -> dict[str, str]:
    """Arrow types, by name, of the columns that the recipe's classifiers give; of models that are there."""
    found: dict[str, str] = {}
    for one in recipe.classifiers:
        try:
            card = model_card.read(one.model, verify=False)
        except (ValueError, OSError):
            card = None
        multi = card is not None and card.multi
        found[one.column] = "string" if multi else "float"
        if multi:
            found[f"{one.column}.probability"] = "float"
    return found


def why_not(place: Place, signal: str, recipe: Recipe, types: dict[str, str]) -> str | None:
    """What is wrong with comparing a classifier's score at `place`, if anything."""
    if place[0] not in ("select", "categories", "classifiers"):
        return f"{signal!r} {LATER}"
    if signal not in types:
        if not recipe.classifiers:
            return f"{signal!r} is scored by a model; name it: classifiers: [{{task: {_task(signal)}, model: FOLDER}}]"
        return f"{signal!r} is the score of no classifier here{did_you_mean(signal, types)}"
    if types[signal] == "string":
        return f"{signal!r} is string, not a number, so it has no threshold; {signal}.probability is one"
    own = recipe.classifiers[place[1]] if place[0] == "classifiers" and isinstance(place[1], int) else None
    if own and signal in (own.column, f"{own.column}.probability"):
        return f"{signal!r} is what this cut is made by"
    if own and is_cascade(own):
        return f"{signal!r} is not known yet when a cascade chooses what its second model reads; compare other signals"
    return None


def _task(signal: str) -> str:
    return signal.removeprefix(PREFIX).removesuffix(".probability")


def is_cascade(one: Classifier) -> bool:
    try:
        return model_card.read(one.model, verify=False).kind == "cascade"
    except (ValueError, OSError):
        return False


def _card(one: Classifier, i: int) -> Generator[tuple[Place, str], None, Card | None]:
    """The card of a model and of the two inside a cascade; yields what is wrong."""
    place: Place = ("classifiers", i, "model")
    if "://" not in one.model and not os.path.exists(one.model):
        yield place, f"there is no {one.model}; {how_to_build(one)}"
        return None
    try:
        if not exists(join(one.model, CARD)):
            yield place, no_model(one)
            return None
        card = model_card.read(one.model, verify=False)
        for inner in ("fast", "slow") if card.kind == "cascade" else ():
            model_card.read(join(one.model, inner), verify=False)
    except (ValueError, OSError, UserError) as error:
        yield place, str(error)
        return None
    if card.task != one.task:
        yield place, f"{one.model} answers the task {card.task}, not {one.task}"
        return None
    return card


def _asked(one: Classifier, card: Card, i: int) -> Iterator[tuple[Place, str]]:
    stated = next((name for name in ("keep_best", "min_precision", "min") if getattr(one, name) is not None), None)
    if card.multi and stated:
        yield (
            ("classifiers", i, stated),
            f"the model tells {len(card.classes)} classes apart and has no score to cut by; "
            "leave it out, and sample by topics:",
        )
    elif one.min_precision is not None and precision(card, one.min_precision) is None:
        there = ", ".join(sorted(card.thresholds.get("precision", {}), key=float)) or "none"
        yield (
            ("classifiers", i, "min_precision"),
            f"the model's card has no threshold for a precision of {one.min_precision} (there are {there})",
        )


def _of_another(one: Classifier, i: int) -> Iterator[tuple[Place, str]]:
    """Scores that were found with the model that lay there: another one would be cut somewhere else, unnoticed."""
    found = model_card.digest(one.model)[:DIGITS]
    if one.found_with not in (None, found):
        how = ", ".join(f"{name}: {value:g}" for name, value in (one.found_by or {}).items()) or "keep_best"
        yield (
            ("classifiers", i, "found_with"),
            f"min was found with the model {one.found_with}, and {one.model} is {found} now; put the old one back, "
            f"or write {how} in place of min, found_by and found_with, so that cuts are found anew",
        )


def precision(card: Card, wanted: float) -> int | None:
    """The least score, in thousandths, from which the card has seen this precision."""
    for stated, least in card.thresholds.get("precision", {}).items():
        if Fraction(stated) == Fraction(str(wanted)):
            return int(least)
    return None


def _topics(recipe: Recipe, known: dict[str, Card]) -> Iterator[tuple[Place, str]]:
    topics = recipe.topics
    if not topics:
        return
    tasks = [one.task for one in recipe.classifiers]
    if topics.task not in tasks:
        entry = f"classifiers: [{{task: {topics.task}, model: FOLDER}}]"
        yield ("topics", "task"), f"no classifier answers {topics.task}{did_you_mean(topics.task, tasks)}; name {entry}"
    card, field = known.get(topics.task), "caps" if topics.caps else "targets"
    if card and not card.multi:
        yield ("topics", "task"), f"{topics.task} gives a score, not a topic; name a classifier of several classes"
    elif card:
        for topic in topics.shares:
            if topic not in card.classes:
                near = did_you_mean(topic, card.classes)
                yield (
                    ("topics", field),
                    f"{topic!r} is no class of the model{near} (there are {', '.join(card.classes)})",
                )
        total = sum(Fraction(str(part)) for part in topics.shares.values())
        if total < 1 and set(topics.shares) >= set(card.classes):
            yield ("topics", field), f"all classes are named and their {field} sum to {float(total):g}; leave one out"

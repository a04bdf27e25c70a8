"""How the model comes about that a recipe names and that is not there: commands that work, in the order to give them.

Two things lie where a classifier should: nothing, or a base, the published checkpoint that `curate models get` puts
there. A base knows a language and answers no question yet, so the hint says how to train from it.
"""

from __future__ import annotations

from shlex import quote

from curate.model_card import CARD
from curate.recipe.classifiers import TASKS, Classifier
from curate.storage import exists, join

LINKED = ("cited",)  # labelled by links, without a judge
BASE = "distilbert/distilroberta-base"
OF_BASES = ("pinned.json", "model.safetensors")  # either, and no card.json


def how_to_build(one: Classifier) -> str:
    """For a folder that is not there."""
    train = f"{_train(one)} --kind fasttext -o {quote(one.model)}"
    return (
        f"build it with `{_annotate(one)}`, CORPUS being a run without it, and then `{train}` (or --kind distilroberta "
        f"from a base such as `curate models get {BASE}` gives), or copy the folder from where it was built"
    )


def no_model(one: Classifier) -> str:
    """Of a folder without a card: a base, or anything."""
    if not any(exists(join(one.model, name)) for name in OF_BASES):
        return f"{one.model}: no model of Curate (no {CARD} in it); {how_to_build(one)}"
    train = f"{_train(one)} --kind distilroberta --base {quote(one.model)} -o {quote(f'{one.model}-{one.task}')}"
    return (
        f"{one.model}: is a base to train from and answers no task yet; label documents with `{_annotate(one)}`, train "
        f"with `{train}` and name the folder that this makes"
    )


def _annotate(one: Classifier) -> str:
    judge = "" if one.task in LINKED else " --endpoint URL --model NAME"
    return f"curate classifier annotate {_task(one)} CORPUS -o labels/{one.task}{judge}"


def _train(one: Classifier) -> str:
    return f"curate classifier train {_task(one)} --labels labels/{one.task}"


def _task(one: Classifier) -> str:
    """By name where Curate has it, else by its file."""
    return one.task if one.task in TASKS else f"{one.task}.yaml"

"""What a recipe without its model says to do, held against the commands themselves."""

import re
import shlex

import pytest
import typer

from classifiers.task import load, shipped
from curate.cli.main import app
from curate.recipe.missing_model import BASE, LINKED


def commands(said):
    """Every `curate ...` in a sentence, parsed as the program would: a missing or unknown option is an error."""
    found = []
    for command in re.findall(r"`curate ([^`]*)`", said):
        words, at, context = shlex.split(command), typer.main.get_command(app), None
        while hasattr(at, "commands"):
            name = words.pop(0)
            at = at.commands[name]
        context = at.make_context(at.name, words)
        found.append((at.name, context.params))
    return found


@pytest.mark.parametrize(
    ("task", "asked"), [("quality", "quality"), ("cited", "cited"), ("mine", "mine.yaml")], ids=str
)
def test_a_missing_model_is_annotated_and_trained_by_commands_that_work(refused, task, asked):
    [said] = refused(f"classifiers: [{{task: {task}, model: models/of {task}}}]")
    (annotate, sampled), (train, trained), (get, got) = commands(said)
    assert [annotate, train, get] == ["annotate", "train", "get"]
    assert sampled["task"] == trained["task"] == asked and sampled["output"] == trained["labels"]
    assert trained["kind"] == "fasttext" and trained["output"].endswith(f"models/of {task}")
    assert (sampled["endpoint"] is None) == (sampled["model"] is None) == (task in LINKED)
    assert got["name"] == BASE


@pytest.mark.parametrize("file", ["pinned.json", "model.safetensors"])
def test_a_base_in_place_of_a_model_is_told_what_it_is_and_what_to_do_with_it(refused, file):
    [said] = refused("classifiers: [{task: quality, model: models/roberta}]", f"models/roberta/{file}")
    assert said.startswith("recipe.yaml:1: classifiers[0].model: ") and "is a base to train from" in said
    (_, sampled), (_, trained) = commands(said)
    assert sampled["output"] == trained["labels"] and trained["kind"] == "distilroberta"
    assert trained["output"] == f"{trained['base']}-quality" and trained["base"].endswith("models/roberta")


def test_the_tasks_that_need_no_judge_are_those():
    assert tuple(name for name in shipped() if load(name).labels == "links") == LINKED

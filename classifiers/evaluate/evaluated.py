"""What an evaluation holds: which documents it was made on, and all that was measured of them.

Documents are those whose keys the model's seed put on the side that only judges (classifiers.splits): true of the
labels it was trained on, and of any that were added since. Labels of other origin may be used whole, on request.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from classifiers import estimates, splits
from classifiers.estimates import FEW
from classifiers.evaluate import baselines, measures, mistakes, several, tables
from classifiers.evaluate import bias as identity
from classifiers.labels import Labels
from classifiers.scorer import Scorer, of_probabilities
from curate.counted import counted
from curate.model_card import Card

VERSION = 1


def evaluated(scorer: Scorer, labels: Labels, *, everything: bool = False, bias: str | None = None) -> dict[str, Any]:
    """Everything that the page shows, in plain values; ValueError where nothing can be measured."""
    card = scorer.card
    _check(card, labels, bias)
    test, which = _unseen(card, labels, everything)
    probabilities = scorer.probabilities(test.texts)
    kept = of_probabilities(card, probabilities)
    found: dict[str, Any] = {
        "version": VERSION,
        "task": card.task,
        "question": labels.task.question,
        "model": _of_model(card),
        "which": which,
        "labels": labels.digest,
        "documents": len(test),
        "keys": len(set(test.keys)),
        "few": FEW,
        "classes": {name: int((test.classes == k).sum()) for k, name in enumerate(card.classes)},
        "positive": card.positive,
        "notes": _notes(card, labels, test, everything),
        "mistakes": mistakes.most_confident(card, test, kept),
        "mistakes_in_all": mistakes.many(card, test, kept),
    }
    if card.positive is None:
        return found | several.measured(card, test, probabilities, kept) | {"tables": tables.of_several(test, kept)}
    raw = probabilities[:, card.positive_index]
    found |= measures.measured(card, test, raw, kept.thousandths)
    found["baselines"] = baselines.measured(test, measures.positive(card, test), card.seed)
    found["verdict"] = baselines.verdict(found["auc"], found["baselines"])
    found["tables"] = tables.of_two(test, measures.positive(card, test), kept.thousandths)
    return found | ({"bias": identity.measured(scorer, bias)} if bias else {})


def _check(card: Card, labels: Labels, bias: str | None) -> None:
    if (card.task, card.classes) != (labels.task.name, labels.task.names):
        raise ValueError(
            f"the model is of the task {card.task} ({', '.join(card.classes)}), and the labels are of "
            f"{labels.task.name} ({', '.join(labels.task.names)}); evaluate it on labels of its own task"
        )
    if bias and card.positive is None:
        raise ValueError(
            f"identity terms are a question of yes or no; the model tells {len(card.classes)} classes apart"
        )


def _unseen(card: Card, labels: Labels, everything: bool) -> tuple[Labels, str]:
    if everything:
        if labels.digest == card.data.get("digest"):
            raise ValueError(
                "these labels are those that the model was trained on; without --all, its unseen keys judge"
            )
        found, which = labels, "all labels given, none of which should have been trained on"
    else:
        found = labels.take(np.flatnonzero(splits.split(labels.keys, card.seed) == splits.TEST))
        which = f"the labels of the keys that seed {card.seed} kept for testing"
    _refuse(card, labels, found)
    return found, which


def _refuse(card: Card, labels: Labels, found: Labels) -> None:
    present = set(found.classes.tolist())
    if not present:
        raise ValueError(
            f"of {counted(len(set(labels.keys)), 'key')}, none was kept for testing (seed {card.seed}); label "
            "documents of more hosts, threads or files, or take --all where the model was trained on none of them"
        )
    if card.positive is not None and len(present) == 1:
        name = card.classes[present.pop()]
        raise ValueError(
            f"all {counted(len(found), 'document')} to judge by are {name!r}, and nothing can be told apart; label more"
        )


def _notes(card: Card, labels: Labels, test: Labels, everything: bool) -> list[str]:
    """What a reader must know before believing the figures."""
    said = []
    if card.task_digest != labels.task.digest:
        said.append(f"The task {labels.task.name} has been changed since the model was trained on it.")
    if not everything and labels.digest != card.data.get("digest"):
        said.append("These are not the very labels that the model was trained on; keys judge that its seed left out.")
    if not everything:
        known = _texts_of_others(card, labels)
        again = sum(text in known for text in test.texts.to_pylist())
        if again:
            said.append(f"{counted(again, 'document')} of {len(test):,} occur word for word under keys trained on.")
    said += estimates.notes(len(test), len(set(test.keys)))
    for k, name in enumerate(card.classes):
        if card.positive is not None and (rare := int((test.classes == k).sum())) < FEW:
            only = f"Only {counted(rare, 'document')} judged here {'is' if rare == 1 else 'are'}"
            said.append(f"{only} {name!r}{_answers(labels, name)}.")
    return said


def _answers(labels: Labels, name: str) -> str:
    """Which answers are meant, where a yes or no was made of a scale."""
    task = labels.task
    if task.scale is None:
        return ""
    return (
        f" ({task.positive} or more of the scale)"
        if name == task.positive_class
        else f" (less than {task.positive} of the scale)"
    )


def _texts_of_others(card: Card, labels: Labels) -> set[str]:
    trained = labels.take(np.flatnonzero(splits.split(labels.keys, card.seed) != splits.TEST))
    return set(trained.texts.to_pylist())


def _of_model(card: Card) -> dict[str, Any]:
    return {
        "kind": card.kind,
        "seed": card.seed,
        "licence": card.licence,
        "trained on": {name: card.data.get(name) for name in ("rows", "keys", "digest", "judges")},
        "calibration": (card.calibration or {}).get("kind"),
        "base": card.base,
        "files": card.files,
    }

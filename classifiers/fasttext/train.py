"""Train fastText on labels, and write the model's folder: model.bin and its card.

Keys are split 80 / 10 / 10 (classifiers.sides). The number of epochs is chosen on the validation keys: 5, 10, 20 ...
until two in a row are no better (from few labels neither 5 nor 10 may learn anything, and 20 all), by AUC or, of
several classes, by macro F1; each is a training of its own, since fastText's learning rate falls to 0 with the last
epoch. Validation also calibrates; testing only judges.

The same labels, settings and seed are the same bytes of model.bin with one build of the library.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any, NamedTuple

from classifiers import metrics, place
from classifiers.fasttext import library, swap
from classifiers.fasttext import settings as checked
from classifiers.fasttext.lines import lines
from classifiers.fasttext.predict import FILE, FastText
from classifiers.fasttext.settings import Settings
from classifiers.figures import figures
from classifiers.labels import Labels
from classifiers.sides import described, sides
from classifiers.task import Task
from curate import fasttext_model, model_card
from curate.model_card import Card

LIBRARY = "fasttext-numpy2"
PATIENCE = 2


class Fitted(NamedTuple):
    scorer: FastText  # its card lacks figures
    path: str  # of the model's file
    epochs: int
    tried: dict[str, float]  # by number of epochs, on validation: AUC, or macro F1


def train(
    task: Task,
    labels: Labels,
    out: str,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    licence: str | None = None,
) -> Card:
    """Write the folder `out`; the model that is there stays until the new one is written (see swap)."""
    if not swap.is_left(out):
        place.refuse(out, task.name)
    chosen = checked.of(settings)
    parts = sides(labels, seed)
    with tempfile.TemporaryDirectory() as scratch:
        fitted = fit(parts.train, parts.validation, chosen, seed, scratch)
        at_validation, at_test = (fitted.scorer.probabilities(side.texts) for side in parts[1:])
        card = replace(
            fitted.scorer.card,
            files={FILE: model_card.sha256(fitted.path)},
            licence=licence or model_card.UNSTATED,
            data=described(labels),
            settings={**chosen.model_dump(), "epochs": fitted.epochs, "tried": fitted.tried},
            libraries={LIBRARY: version(LIBRARY)},
            **figures(parts.validation, at_validation, parts.test, at_test, seed)._asdict(),
        )
        swap.keep(card, fitted.path, out)
    return card


def fit(train: Labels, validation: Labels, chosen: Settings, seed: int, scratch: str) -> Fitted:
    """The best of the trainings; its file is in the folder `scratch`."""
    source = os.path.join(scratch, "lines.txt")
    with open(source, "wb") as file:
        file.writelines(lines(train, seed, chosen.balance, chosen.punctuation_apart))
    best, tried, without = None, {}, 0
    for epochs in chosen.tried:
        path = os.path.join(scratch, f"{epochs}.bin")
        library.train(source, path, chosen, epochs, seed)
        scorer = FastText(_without_figures(train.task, seed, chosen), fasttext_model.read(path), path)
        tried[str(epochs)] = round(worth(scorer, validation), 6)
        if best is None or tried[str(epochs)] > tried[str(best.epochs)]:
            best, without = Fitted(scorer, path, epochs, tried), 0
        elif (without := without + 1) == PATIENCE:
            break
    assert best is not None  # settings have an epoch at least
    return best


def worth(scorer: FastText, labels: Labels) -> float:
    """AUC, or macro F1 of several classes."""
    p, task = scorer.probabilities(labels.texts), labels.task
    if (positive := task.positive_index) is None:
        return metrics.macro_f1(metrics.confusion(labels.classes, p.argmax(axis=1), len(task.names)))
    return metrics.auc(labels.classes == positive, p[:, positive])


def _without_figures(task: Task, seed: int, chosen: Settings) -> Card:
    return Card(
        task=task.name,
        kind="fasttext",
        classes=task.names,
        positive=task.positive_class,
        files={},
        licence="",
        task_digest=task.digest,
        seed=seed,
        data={},
        settings=chosen.model_dump(),
        metrics={},
    )

"""A trained model as what uses it sees it: texts in, probabilities of its classes out, and the score that is kept.

The score of a yes-or-no task is the calibrated probability of the card's positive class, in thousandths, since that is
all that is committed: what machines add up differently in the last bits stays out of the files. Of several classes it
is the best one and its probability. A text is scored alone: what stands beside it changes nothing.

A text with nothing to judge by (empty, white space) has the positive class at exactly 0, whatever the calibration
says, and all of several classes alike, so the first of them is the best; it is never an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from classifiers import calibrate
from curate import extra, model_card
from curate.model_card import Card

if TYPE_CHECKING:
    import pyarrow as pa


FILES = {  # that a scorer reads; the card must have the SHA-256 of each
    "fasttext": ("model.bin",),
    "distilroberta": ("config.json", "model.safetensors", "tokenizer.json"),
}


class Scorer(Protocol):
    @property
    def card(self) -> Card:
        """The model's card."""

    def probabilities(self, texts: pa.Array | pa.ChunkedArray) -> np.ndarray:
        """float32[n, classes], uncalibrated; rows sum to 1."""


class Scores(NamedTuple):
    thousandths: np.ndarray  # int32[n], calibrated: of the positive class, or of the best one where there are several
    best: np.ndarray  # int32[n], the most probable class


def load(folder: str, device: str = "auto") -> Scorer:
    """The model in `folder`, its files held against its card. A cascade is two models, each loaded by its own folder:
    classifiers.cascade says which texts reach the second."""
    card = model_card.read(folder)
    for name in FILES.get(card.kind, ()):
        if name not in card.files:
            raise ValueError(f"{folder}: {model_card.CARD} does not name {name}, so nothing says what that should be")
    if card.kind == "fasttext":
        from classifiers.fasttext import predict as fasttext

        return fasttext.open(folder, card)
    if card.kind == "distilroberta":
        extra.require_to_score(folder, card.kind)
        from classifiers.distilroberta import predict as distilroberta

        return distilroberta.open(folder, card, device)
    raise ValueError(f"{folder}: a {card.kind} is two models; load the folders fast and slow in it apart")


def scores(scorer: Scorer, texts: pa.Array | pa.ChunkedArray) -> Scores:
    return of_probabilities(scorer.card, scorer.probabilities(texts))


def of_nothing(classes: int, positive: int | None) -> np.ndarray:
    """float32[classes] of a text with nothing to judge by: the positive class at 0, or all of several alike."""
    others = np.arange(classes) != (-1 if positive is None else positive)
    return (others / others.sum()).astype(np.float32)


def of_probabilities(card: Card, probabilities: np.ndarray) -> Scores:
    """What is kept of uncalibrated float32[n, classes]."""
    best = probabilities.argmax(axis=1).astype(np.int32)
    if (positive := card.positive_index) is None:
        calibrated = calibrate.apply(card.calibration, probabilities)
        return Scores(calibrate.thousandths(calibrated[np.arange(len(best)), best]), best)
    return Scores(of_positive(card.calibration, probabilities[:, positive]), best)


def of_positive(calibration: dict[str, Any] | None, raw: np.ndarray) -> np.ndarray:
    """int32[n]: the score, in thousandths, of the positive class's uncalibrated probability."""
    thousandths = calibrate.thousandths(calibrate.apply(calibration, raw))
    thousandths[raw == 0] = 0
    return thousandths

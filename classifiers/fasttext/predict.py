"""A trained fastText model at work: probabilities straight from Arrow's buffers, by kernels of ours.

Labels are those of fastText's library, for a text made one line. A text without a feature, which fastText judges by
its end alone, has here the positive class at 0, or all of several classes alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifiers.fasttext.lines import PREFIX
from classifiers.scorer import of_nothing
from curate import fasttext_model
from curate.model_card import Card
from curate.storage import join

if TYPE_CHECKING:
    import pyarrow as pa

    from curate.kernels.fasttext_binary import Binary
    from curate.kernels.fasttext_tables import Classifier

FILE = "model.bin"
APART = "punctuation_apart"  # a setting of training that reading must share


def open(folder: str, card: Card) -> FastText:
    """The model whose card was read from `folder`."""
    path = join(folder, FILE)
    return FastText(card, fasttext_model.read(path), path)


class FastText:
    """A classifiers.scorer.Scorer."""

    def __init__(self, card: Card, model: fasttext_model.Model, path: str = FILE):
        self.card, apart = card, card.settings.get(APART) is True
        self._place = _places(card, model, path)
        self._binary: Binary | None = None
        self._many: Classifier | None = None
        if len(model.labels) == 2:
            from curate.kernels.fasttext_binary import binary

            self._binary = binary(model, apart)
        else:
            from curate.kernels.fasttext_narrowed import narrowed
            from curate.kernels.fasttext_tables import classifier

            self._many = classifier(narrowed(model), apart)

    def probabilities(self, texts: pa.Array | pa.ChunkedArray) -> np.ndarray:
        """float32[n, classes], uncalibrated; rows sum to 1."""
        told, features = self._of_labels(texts)
        found = told[:, self._place]
        found[features == 0] = of_nothing(len(self.card.classes), self.card.positive_index)
        return found

    def _of_labels(self, texts: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
        if self._many is not None:
            from curate.kernels.fasttext import probabilities

            return probabilities(self._many, texts)
        from curate.kernels.fasttext_binary import margins

        assert self._binary is not None
        logits, features = margins(self._binary, texts)
        small = np.exp(-np.abs(logits))
        less, more = small / (1 + small), 1 / (1 + small)
        second = np.where(logits > 0, more, less)
        return np.stack([np.where(logits > 0, less, more), second], axis=1).astype(np.float32), features


def _places(card: Card, model: fasttext_model.Model, path: str) -> list[int]:
    """Where each class of the card is among the model's labels, which are in order of their counts."""
    labels = [label.decode(errors="replace") for label in model.labels]
    wanted = [PREFIX + name for name in card.classes]
    if sorted(labels) != sorted(wanted):
        raise ValueError(
            f"{path}: its labels are {', '.join(labels)}, not those of its card ({', '.join(card.classes)})"
        )
    return [labels.index(name) for name in wanted]

"""The most confident mistakes, as text: what to read first. Often it is the label that is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from classifiers.evaluate.measures import HALF
from classifiers.labels import Labels
from classifiers.metrics import Array
from classifiers.scorer import Scores
from curate.model_card import Card
from curate.report.clean_text import head

MOST = 20
CHARS = 1200


def most_confident(card: Card, test: Labels, kept: Scores) -> list[dict[str, Any]]:
    """Beginnings of texts, safe to show, the most confident first, and of equals the least uid."""
    wrong, said, sure = _wrong(card, test, kept)
    first = sorted(np.flatnonzero(wrong).tolist(), key=lambda i: (-int(sure[i]), i))[:MOST]  # rows are in order of uid
    rows = (
        test.table.select(["uid", "text", "answer", "key", "url", "language", "judge", "reason"])
        .take(np.array(first, np.int64))
        .to_pylist()
    )
    return [
        {
            **{name: _shown(row[name]) for name in ("key", "url", "language", "judge", "reason")},
            "uid": f"{row['uid']:016x}",  # as `curate explain` takes and prints it
            "label": card.classes[int(test.classes[i])],
            "answer": row["answer"],
            "said": card.classes[int(said[i])],
            "probability": int(sure[i]) / 1000,
            "chars": len(row["text"]),
            "text": head(row["text"], CHARS),
        }
        for i, row in zip(first, rows, strict=True)
    ]


def many(card: Card, test: Labels, kept: Scores) -> int:
    """How many mistakes there are in all."""
    return int(_wrong(card, test, kept)[0].sum())


def _wrong(card: Card, test: Labels, kept: Scores) -> tuple[Array, Array, Array]:
    """(which are mistakes, the class said, its probability in thousandths). A yes starts at 0.5."""
    if (positive := card.positive_index) is None:
        return kept.best != test.classes, kept.best, kept.thousandths
    said = np.where(kept.thousandths >= HALF, positive, 1 - positive)
    return said != test.classes, said, np.where(said == positive, kept.thousandths, 1000 - kept.thousandths)


def _shown(value: str | None) -> str | None:
    return None if value is None else head(value, 300)

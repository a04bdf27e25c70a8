"""The same question asked of each language, group, host and key: where is the model weak?

The largest come first; how many there are in all is said. Hosts and keys of one document say nothing and are left out.
The interval of a share is Wilson's, as if documents were
independent, that of an AUC draws keys, or documents where there is but one key.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from classifiers import metrics
from classifiers.estimates import estimate
from classifiers.evaluate.measures import HALF
from classifiers.labels import Labels
from classifiers.metrics import Array, plain
from classifiers.scorer import Scores

MOST = 20
DRAWS = 300  # for intervals by language, host and key
UNKNOWN = "(none)"


def of_two(test: Labels, y: Array, scores: Array) -> list[dict[str, Any]]:
    """With the AUC where a part has both classes."""

    def row(here: Array) -> dict[str, Any]:
        part, found, keys = y[here], scores[here], test.keys[here]
        mean = plain(float(found.mean()) / 1000)
        return {**_right((found >= HALF) == part), "positive": int(part.sum()), "mean": mean, **_auc(part, found, keys)}

    return _tables(test, row)


def of_several(test: Labels, kept: Scores) -> list[dict[str, Any]]:
    right = kept.best == test.classes
    return _tables(test, lambda here: _right(right[here]))


def _tables(test: Labels, row: Any) -> list[dict[str, Any]]:
    columns = {name: _names(test, name) for name in ("language", "group", "host")} | {"key": test.keys}
    if (columns["host"] == columns["key"]).all() or (columns["host"] == UNKNOWN).all():
        del columns["host"]
    found = []
    for column, names in columns.items():
        known, place, many = np.unique(names, return_inverse=True, return_counts=True)
        shown = [i for i in range(len(known)) if many[i] > 1 or column in ("language", "group")]
        largest = sorted(shown, key=lambda i: (-int(many[i]), str(known[i])))[:MOST]
        rows = [
            {"name": str(known[i]), "keys": len(set(test.keys[place == i])), **row(np.flatnonzero(place == i))}
            for i in largest
        ]
        found.append({"by": column, "in_all": len(known), "rows": rows})
    return found


def _names(test: Labels, column: str) -> Array:
    return np.array([value or UNKNOWN for value in test.table[column].to_pylist()], dtype=object)


def _right(right: Array) -> dict[str, Any]:
    low, high = metrics.wilson(int(right.sum()), len(right))
    return {"documents": len(right), "right": {"value": plain(right.mean()), "low": plain(low), "high": plain(high)}}


def _auc(y: Array, scores: Array, keys: Array) -> dict[str, Any]:
    if y.all() or not y.any():
        return {"auc": None}
    units, unit = (keys, "key") if len(set(keys)) > 1 else (np.arange(len(y)), "document")
    return {"auc": estimate(metrics.auc_by_weights(y, scores), units, 0, DRAWS, unit)}

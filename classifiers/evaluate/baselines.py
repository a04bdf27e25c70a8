"""What one number of the text would achieve alone: its length, its dollar signs, its braces.

A classifier that is not well above these has learnt little else. Each is read in the direction that is better for it
(more, or less, of it being positive), which flatters it slightly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifiers import metrics
from classifiers.estimates import estimate, without
from classifiers.labels import Labels
from classifiers.metrics import Array


def measured(test: Labels, y: Array, seed: int) -> list[dict[str, Any]]:
    rows = []
    for name, values in counts(test.texts).items():
        sign = 1 if not metrics.auc(y, values) < 0.5 else -1
        direction = "more is positive" if sign > 0 else "less is positive"
        rows.append({"name": name, "direction": direction, **of(y, sign * values, test.keys, seed)})
    return rows


def verdict(model: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    """Whether the model's AUC is above every baseline's, in a sentence."""
    best = max(rows, key=lambda row: row["value"])
    if model["value"] <= best["value"]:
        return f"No: {best['name']} orders these documents as well."
    if model["low"] is None or best["low"] is None:
        return f"It cannot be said: the AUC is higher, but has no interval ({without(model)})."
    near = [row["name"] for row in rows if row["high"] >= model["low"]]
    if near:
        return f"No, or not for certain: the intervals of the model and of {' and of '.join(near)} overlap."
    return "Yes: its interval is above that of every rule."


def of(y: Array, values: Array, keys: Array, seed: int) -> dict[str, Any]:
    return estimate(metrics.auc_by_weights(y, values), keys, seed)


def counts(texts: pa.StringArray) -> dict[str, Array]:
    """int64[n] of each baseline."""
    opened, closed = (_count(texts, sign) for sign in "{}")
    return {
        "length alone": pc.utf8_length(texts).to_numpy(zero_copy_only=False).astype(np.int64),
        "count of $": _count(texts, "$"),
        "count of { and }": opened + closed,
    }


def _count(texts: pa.StringArray, sign: str) -> Array:
    return pc.count_substring(texts, sign).to_numpy(zero_copy_only=False).astype(np.int64)

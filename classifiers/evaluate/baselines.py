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
from classifiers.evaluate.measures import auc_with_interval
from classifiers.labels import Labels
from classifiers.metrics import Array


def measured(test: Labels, y: Array, seed: int) -> list[dict[str, Any]]:
    rows = []
    for name, values in counts(test.texts).items():
        sign = 1 if not metrics.auc(y, values) < 0.5 else -1
        direction = "more is positive" if sign > 0 else "less is positive"
        rows.append({"name": name, "direction": direction, **auc_with_interval(y, sign * values, test.keys, seed)})
    return rows


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

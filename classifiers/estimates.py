"""A figure with its interval, and the words for both, the same wherever they are printed.

An interval draws whole keys (classifiers.metrics.interval). Of fewer than `FEWEST` keys there are so few different
draws that it says little and looks like much, so none is given. Neither is one of no width: draws cannot show an error
where there is none, or order where all scores are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from classifiers import metrics
from classifiers.metrics import Array, plain
from curate.counted import counted

FEWEST = 10  # keys, for an interval
FEW = 30  # documents, or keys, under which a figure is marked as resting on little


def estimate(
    statistic: Callable[[Array], float],
    keys: Sequence[Any] | Array,
    seed: int = 0,
    resamples: int = metrics.RESAMPLES,
    unit: str = "key",
) -> dict[str, Any]:
    """{"value", "low", "high", "keys": how many}; `unit` names what is drawn where it is not keys."""
    many = len(set(keys))
    low, high = metrics.interval(statistic, keys if many >= FEWEST else [], seed, resamples)
    value = statistic(np.ones(len(keys), np.int64))
    return {"value": plain(value), "low": plain(low), "high": plain(high), f"{unit}s": many}


def three(value: float | None) -> str:
    """0.981; a dash where it is not defined."""
    return "–" if value is None else f"{value:.3f}"


def spread(found: dict[str, Any] | None) -> str:
    """0.981 (0.975 to 0.986)"""
    if found is None or found["value"] is None:
        return "–"
    ends = without(found) or f"{three(found['low'])} to {three(found['high'])}"
    return f"{three(found['value'])} ({ends})"


def without(found: dict[str, Any]) -> str | None:
    """Why there is no interval, where there is none."""
    for unit in ("keys", "documents"):
        if found.get(unit, FEWEST) < FEWEST:
            return f"too few {unit}: {found[unit]}"
    if found["low"] is None:
        return "no interval"
    if found["low"] == found["high"]:
        return "no error seen" if found["value"] == 1 else "no interval"
    return None


def notes(documents: int, keys: int) -> list[str]:
    """What a reader must know of the documents that judge."""
    if documents >= 10 * FEW and keys >= FEW:
        return []
    return [f"{counted(documents, 'document')} of {counted(keys, 'key')} are few: mind the intervals."]


def of_all(keys: int) -> list[str]:
    """What one who labels must know where all labels together have few keys."""
    if keys >= FEW:
        return []
    return [
        f"{counted(keys, 'key')} in all {'is' if keys == 1 else 'are'} few, and sides are made of whole keys: label "
        "documents of more hosts, threads or files. Labels in JSONL may set `key` to the url, or group documents as "
        "they see fit; pages of one site on both sides flatter a model."
    ]

"""Strata: documents that are alike in what a task's sampling names, and by their names.

A signal's bands end at its quantiles among the documents, so that "the hundredth with most mathematics" is a stratum
whatever the corpus. Most web pages have no mathematics at all: quantiles that coincide make one band. Where strata are
more than half of the documents asked for, the smallest are put together, for each must be drawn from.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from classifiers.task import Sampling

COLUMNS = ("group", "language", "length")  # all else in `strata` is a signal
OTHER = "other"


def signals(sampling: Sampling) -> tuple[str, ...]:
    return tuple(name for name in sampling.strata if name not in COLUMNS)


def strata(table: pa.Table, sampling: Sampling) -> tuple[np.ndarray, list[str]]:
    """The stratum of each document as a number, and the names of strata in alphabetical order."""
    columns = [_labels(table, name, sampling) for name in sampling.strata] or [np.full(len(table), "all", object)]
    joined = np.array([", ".join(parts) for parts in zip(*columns, strict=True)], dtype=object)
    names, numbers = np.unique(joined.astype(str), return_inverse=True)
    return numbers, names.tolist()


def merged(numbers: np.ndarray, names: list[str], documents: int) -> tuple[np.ndarray, list[str]]:
    """The same with the smallest strata as one, so that no more than half as many strata as documents are left."""
    most = max(documents // 2, 1)
    if len(names) <= most:
        return numbers, names
    sizes = np.bincount(numbers, minlength=len(names))
    largest = np.sort(np.lexsort((np.arange(len(names)), -sizes))[: most - 1])
    places = np.full(len(names), len(largest))
    places[largest] = np.arange(len(largest))
    return places[numbers], [*(names[i] for i in largest), OTHER]


def _labels(table: pa.Table, name: str, sampling: Sampling) -> np.ndarray:
    if name == "length":
        ends = list(sampling.lengths)
        bands = [_span(start, end) for start, end in zip([0, *ends], [*ends, None], strict=True)]
        return np.array(bands, dtype=object)[np.searchsorted(ends, table["chars"].to_numpy(), side="right")]
    if name in COLUMNS:
        return np.array(table[name].to_pylist(), dtype=object)
    return _signal_bands(table[name].to_numpy(), name, sampling.quantiles)


def _span(start: int, end: int | None) -> str:
    return f"{start} characters or more" if end is None else f"{start} to {end - 1} characters"


def _signal_bands(values: np.ndarray, name: str, quantiles: tuple[float, ...]) -> np.ndarray:
    """A value is above a quantile where it is greater; documents without a value are a band of their own."""
    known = ~np.isnan(values)
    ends = np.quantile(values[known], quantiles, method="inverted_cdf") if known.any() else np.zeros(len(quantiles))
    labels = [f"{name} lowest", *(f"{name} above {q:g}" for q in quantiles), f"{name} unknown"]
    return np.array(labels, dtype=object)[np.where(known, np.searchsorted(ends, values, side="left"), len(labels) - 1)]

"""The measure of mixing: against its definition, and on orders whose answer is known."""

import numpy as np
import pytest

from benchmarks.loader import LAGS, correlations, sorted_corpus


def plain(sources: list[int], batch: int, count: int, lag: int) -> float:
    """Covariance of the shares of batches `lag` apart, over their variance, both summed over sources."""
    batches = [sources[at : at + batch] for at in range(0, len(sources) - batch + 1, batch)]
    shares = [[part.count(source) / batch for source in range(count)] for part in batches]
    means = [sum(column) / len(shares) for column in zip(*shares, strict=True)]
    away = [[x - m for x, m in zip(row, means, strict=True)] for row in shares]
    pairs = list(zip(away[lag:], away, strict=False))
    together = sum(a * b for one, other in pairs for a, b in zip(one, other, strict=True)) / len(pairs)
    return together / (sum(a * a for row in away for a in row) / len(away))


def test_autocorrelation_is_that_of_the_definition():
    drawn = np.random.default_rng(0).integers(0, 3, 803)
    found, variance = correlations(drawn, 10, 3)
    assert found == pytest.approx([plain(drawn.tolist(), 10, 3, lag) for lag in LAGS])
    assert variance == pytest.approx(2 / 3 / 10, rel=0.4)


def test_rows_by_source_are_wholly_correlated_and_alternating_batches_are_opposite():
    assert correlations(np.repeat([0, 1], 4000), 10, 2)[0][0] > 0.98
    assert correlations(np.tile(np.repeat([0, 1], 10), 400), 10, 2)[0][0] == pytest.approx(-1)


def test_the_corpus_is_sorted_by_source_and_files_end_in_smaller_row_groups():
    rows, source = sorted_corpus(500, 8, np.random.default_rng(3))
    assert (np.diff(source) >= 0).all() and set(source) == set(range(8))
    assert rows.min() < 200 < 256 < rows.max() and 400 < len(rows) <= 508

"""How well a text holds what it should: the metrics of extraction, each with an interval by host.

Articles: shingles of four words as the article extraction benchmark of Scrapinghub counts them (2020): precision and
recall are means over pages, and F1 is that of the two means. Its trap: a page with an empty prediction has no precision
and is left out of that mean, so an engine gains precision by giving up; hence the share of empty texts beside it.

Pages of one host resemble each other, so intervals (95 %) are bootstrapped over hosts: 1,000 resamples, seeded. A set
of fewer than FEWEST_HOSTS is resampled by page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.extraction_truth import Segments

SHINGLE = 4
RESAMPLES = 1_000
FEWEST_HOSTS = 5
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Figure:
    """`parts`: the sums that `value` is made from, e.g. precision and recall."""

    value: float
    interval: tuple[float, float]
    n: int
    parts: dict[str, float]


def article_f1(truth: Mapping[str, str], texts: Mapping[str, str], hosts: Mapping[str, str]) -> Figure:
    sums = {key: _article(truth[key], texts[key]) for key in truth}
    total = np.sum(list(sums.values()), axis=0)
    parts = {"precision": total[0] / max(total[1], 1), "recall": total[2] / max(total[3], 1)}
    parts["empty"] = sum(not texts[key].strip() for key in truth) / len(truth)
    return _figure(sums, hosts, _article_value, len(truth), parts)


def segments_f1(truth: Mapping[str, Segments], texts: Mapping[str, str], hosts: Mapping[str, str]) -> Figure:
    """F1 of "is in the text" over all strings together; a string counts where it stands in the text as it is."""
    sums = {key: _segments(truth[key], texts[key]) for key in truth}
    tp, fp, fn, tn = np.sum(list(sums.values()), axis=0)
    parts = {
        "precision": tp / max(tp + fp, 1),
        "recall": tp / max(tp + fn, 1),
        "accuracy": (tp + tn) / (tp + fp + fn + tn),
    }
    return _figure(sums, hosts, lambda s: 2 * s[0] / max(2 * s[0] + s[1] + s[2], 1), int(tp + fp + fn + tn), parts)


def formulas_kept(truth: Mapping[str, tuple[str, ...]], texts: Mapping[str, str], hosts: Mapping[str, str]) -> Figure:
    """Share of formulas whose TeX stands in the text, white space left out of both."""
    kept = {key: [_unspaced(formula) in _unspaced(texts[key]) for formula in truth[key]] for key in truth}
    return share(kept, hosts)


def lines_kept(truth: Mapping[str, tuple[str, ...]], texts: Mapping[str, str], hosts: Mapping[str, str]) -> Figure:
    """Share of lines of code that are lines of the text, as often and indented as they should be."""
    return share({key: _lines(truth[key], texts[key]) for key in truth}, hosts)


def share(kept: Mapping[str, list[bool]], hosts: Mapping[str, str]) -> Figure:
    """Of things that are kept or not, by page."""
    sums = {key: np.array([sum(of_page), len(of_page)], float) for key, of_page in kept.items()}
    n = sum(map(len, kept.values()))
    return _figure(sums, hosts, lambda s: s[0] / max(s[1], 1), n, {"kept": sum(map(sum, kept.values()))})


def _article(true: str, found: str) -> np.ndarray:
    """(precision, pages that have one, recall, pages that have one)"""
    expected, predicted = _shingles(true), _shingles(found)
    right = (expected & predicted).total()
    precision = right / predicted.total() if predicted else 0.0
    recall = right / expected.total() if expected else 0.0
    return np.array([precision, bool(predicted), recall, bool(expected)], float)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    shingles = (tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))
    return Counter(shingle for shingle in shingles if shingle)


def _article_value(sums: np.ndarray) -> float:
    precision, recall = sums[0] / max(sums[1], 1), sums[2] / max(sums[3], 1)
    return 2 * precision * recall / max(precision + recall, 1e-12)


def _segments(truth: Segments, text: str) -> np.ndarray:
    """(tp, fp, fn, tn)"""
    inside = sum(segment in text for segment in truth.inside)
    outside = sum(segment in text for segment in truth.outside)
    return np.array([inside, outside, len(truth.inside) - inside, len(truth.outside) - outside], float)


def _lines(expected: tuple[str, ...], text: str) -> list[bool]:
    found = Counter(line.rstrip() for line in text.split("\n"))
    kept = []
    for line in expected:
        kept.append(found[line] > 0)
        found[line] -= 1
    return kept


def _unspaced(text: str) -> str:
    return _SPACE.sub("", text)


def _figure(
    sums: Mapping[str, np.ndarray],
    hosts: Mapping[str, str],
    value: Callable[[np.ndarray], float],
    n: int,
    parts: dict[str, float],
) -> Figure:
    by_host: dict[str, np.ndarray] = {}
    few = len({hosts[key] for key in sums}) < FEWEST_HOSTS
    for key, numbers in sums.items():
        unit = key if few else hosts[key]
        by_host[unit] = by_host.get(unit, np.zeros_like(numbers)) + numbers
    stacked = np.stack([by_host[unit] for unit in sorted(by_host)])
    draws = np.random.default_rng(0).integers(0, len(stacked), (RESAMPLES, len(stacked)))
    values = [value(stacked[draw].sum(axis=0)) for draw in draws]
    low, high = np.percentile(values, [2.5, 97.5])
    rounded = {name: round(float(part), 4) for name, part in parts.items()}
    return Figure(
        round(float(value(stacked.sum(axis=0))), 4), (round(float(low), 4), round(float(high), 4)), n, rounded
    )

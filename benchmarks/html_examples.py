"""Pages of the development data as examples for the trees of HTML extraction: features, labels, weights, folds.

Hosts, not pages, are in or out of a fold, since pages of one host share their template. Readability's expected pages
count half: they are made from pages that were changed to test one thing each. Pages of documentation count a quarter:
many, of two hosts.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import extraction_pages, extraction_truth, html_labels
from curate.extract.html.classify import block_features
from curate.extract.html.tokenise import Page, tokenise

_READABILITY_WEIGHT = 0.5
_DOCUMENTATION_WEIGHT = 0.25


@dataclass(frozen=True)
class Example:
    key: str
    host: str
    page: Page
    rows: np.ndarray
    counts: np.ndarray
    main: np.ndarray
    weight: np.ndarray


def examples(data: Path, crawled: Mapping[str, extraction_pages.Page]) -> list[Example]:
    """In the order of their keys; pages without a label are left out."""
    articles, readability = extraction_truth.articles(data), extraction_truth.readability(data)
    documentation = html_labels.documentation(crawled.values())
    segments, found = extraction_truth.segments(data), []
    for key in sorted({*articles, *readability, *segments, *documentation}):
        page = tokenise(crawled[key].body)
        blocks = html_labels.texts(page)
        if key in articles:
            main, weight = html_labels.of_article(blocks, articles[key])
        elif key in readability:
            main, weight = html_labels.of_article(blocks, readability[key])
            weight = weight * _READABILITY_WEIGHT
        elif key in documentation:
            main, weight = html_labels.of_article(blocks, documentation[key])
            weight = weight * _DOCUMENTATION_WEIGHT
        else:
            main, weight = html_labels.of_segments(blocks, segments[key])
        if weight.any():
            found.append(Example(key, crawled[key].host, page, *block_features(page), main, weight))
    return found


def fold(host: str, folds: int) -> int:
    return zlib.crc32(host.encode()) % folds

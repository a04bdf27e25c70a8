"""Our HTML engine as `benchmarks.extraction_engines` has one: every page by trees that saw no page of its host.

`alone` is the engine itself, `with_fallback` what a recipe's `auto` does. Fitting the trees is no part of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.extraction_engines import TextOf
from benchmarks.extraction_pages import Page
from benchmarks.html_examples import fold
from benchmarks.train_html import OUTER, out_of_fold
from curate.extract.html.page import DEFAULT_CONFIDENCE, read_page

DATA = Path(".data")


def alone(pages: Mapping[str, Page]) -> TextOf:
    return _engine(pages, "html")


def with_fallback(pages: Mapping[str, Page]) -> TextOf:
    return _engine(pages, "auto")


def _engine(pages: Mapping[str, Page], engine: str) -> TextOf:
    stages = out_of_fold(DATA)
    sources = {key: page.body for key, page in pages.items()}

    def text_of(key: str) -> str:
        page = pages[key]
        return read_page(page.markup, sources[key], engine, DEFAULT_CONFIDENCE, stages[fold(page.host, OUTER)]).text

    return text_of

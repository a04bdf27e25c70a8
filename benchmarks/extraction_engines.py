"""Engines to measure beside, each as its own documentation has one call it: pages in, text by key out.

An engine is prepared with all pages by key and answers a key; what it prepares (bytes for an engine that reads bytes)
is not counted, so decoding is left out everywhere. `seconds` is CPU time of the process, one thread. readability-lxml
gives markup, which loses its tags here. What an engine raises is an empty text and its own figure.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from benchmarks.extraction_pages import Page
from benchmarks.extraction_truth import plain

TextOf = Callable[[str], str]
Engine = Callable[[Mapping[str, Page]], TextOf]


@dataclass(frozen=True)
class Texts:
    by_key: dict[str, str]
    seconds: dict[str, float]  # by key too
    failed: tuple[str, ...]


def run(text_of: TextOf, keys: Iterable[str]) -> Texts:
    """The texts of pages. The first is made once beforehand, so that imports and compilation are not counted."""
    listed = list(keys)
    _try(text_of, listed[0])
    texts, seconds, failed = {}, {}, []
    for key in listed:
        started = time.process_time()
        text = _try(text_of, key)
        seconds[key] = time.process_time() - started
        texts[key] = text or ""
        failed += [key] if text is None else []
    return Texts(texts, seconds, tuple(failed))


def on_markup(extract: Callable[[str], str]) -> Engine:
    return lambda pages: lambda key: extract(pages[key].markup)


def trafilatura(markup: str) -> str:
    from trafilatura import extract

    return extract(markup, include_comments=False, include_tables=True, deduplicate=False) or ""


def resiliparse(markup: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(markup, main_content=True, alt_texts=True, preserve_formatting=True))


def readability(markup: str) -> str:
    from readability import Document

    return plain(Document(markup).summary())


PEERS: dict[str, Engine] = {
    "trafilatura": on_markup(trafilatura),
    "resiliparse": on_markup(resiliparse),
    "readability-lxml": on_markup(readability),
}


def _try(text_of: TextOf, key: str) -> str | None:
    try:
        return text_of(key)
    except Exception:  # an engine's fault is its own figure
        return None

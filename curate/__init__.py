"""Curate: from raw crawl, books and code to a corpus for pretraining, with every decision on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from curate.corpus import Corpus


def open(path: str | Path) -> Corpus:
    """A finished run as tables: `.documents() .signals() .ledger() .text() .tokens() .explain(what) .show(...)`."""
    from curate.corpus import Corpus

    return Corpus(path)

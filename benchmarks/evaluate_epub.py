"""Books: the share of the author's paragraphs that is kept, what of the apparatus is left, and marks of notes.

Truth: `epub_truth`. White space does not count: between two Japanese lines there is none to be had. Baselines get the
documents of the spine one by one, as tools that turn EPUB into text do; lxml's text_content is all that is in them. No
book of the set has MathML; `tests/sources/test_epub.py` has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from benchmarks import epub_truth, extraction_engines, extraction_scores
from benchmarks.corpora import Corpora
from benchmarks.epub_truth import Book
from benchmarks.rows import Row, share
from curate.extract.html import fragment_text
from curate.sources import Piece, epub
from curate.sources.record import Options

_TELLING = 12  # letters: shorter lines ("I", "Preface") stand anywhere


def rows(corpora: Corpora) -> list[Row]:
    return measured(sorted((corpora.data / "books" / "epub").glob("*.epub")), BASELINES)


def measured(paths: list[Path], baselines: dict[str, Callable[[str], str]]) -> list[Row]:
    truth = {path.name: epub_truth.book(path) for path in paths}
    records = {path.name: _records(path) for path in paths}
    texts = {name: "\n".join(fragment_text(body) for body in bodies) for name, bodies in records.items()}
    single = sum(len(bodies) == 1 for bodies in records.values())
    found = [share("epub: books that are one record", single, len(truth), bar=">= 1")]
    found += _of("", truth, texts, (">= 0.99", "= 0", "= 0"))
    for name, engine in baselines.items():
        theirs = {key: "\n".join(engine(page) for page in book.documents) for key, book in truth.items()}
        found += _of(f", {name}", truth, theirs, (None, None, None))
    return found


def _of(name: str, truth: dict[str, Book], texts: dict[str, str], bars: tuple[str | None, ...]) -> list[Row]:
    lines = {key: ["".join(cell.split()) for cell in re.split("[\t\n]", text)] for key, text in texts.items()}
    kept = {key: _kept(book.paragraphs, lines[key]) for key, book in truth.items()}
    figure = extraction_scores.share(kept, {key: key for key in truth})
    left, parts, marks, marked = 0, 0, 0, 0
    for key, book in truth.items():
        telling = [part for part in book.apparatus if len(part) >= _TELLING]
        whole = "\n".join(lines[key])
        left, parts = left + sum(part in whole for part in telling), parts + len(telling)
        marks += sum("".join(mark.split()) in whole for mark in book.marked)
        marked += len(book.marked)
    return [
        Row(f"epub: paragraphs kept{name}", figure.value, "share", figure.n, figure.interval, bar=bars[0]),
        Row(f"epub: paragraphs of the apparatus left{name}", left, "paragraphs", parts, bar=bars[1]),
        Row(f"epub: marks of notes left{name}", marks, "marks", marked, bar=bars[2]),
    ]


def _kept(paragraphs: tuple[str, ...], lines: list[str]) -> list[bool]:
    """Whether each is a line, a cell of a table's line, or a list item's line behind its number or dash."""
    known = set(lines) | {line.lstrip("-0123456789.") for line in lines}
    return [paragraph in known or paragraph.lstrip("-0123456789.") in known for paragraph in paragraphs]


def _records(path: Path) -> list[str]:
    piece = Piece("epub", 0, "books", str(path), path.name, 0, -1, path.stat().st_size)
    return [str(record.body) for record in epub.read(piece, Options({})) if record.status == "ok"]


def _text_content(page: str) -> str:
    import lxml.html

    return str(lxml.html.fromstring(page.encode()).text_content())


BASELINES: dict[str, Callable[[str], str]] = {
    "lxml text_content": _text_content,
    "trafilatura": extraction_engines.trafilatura,
    "resiliparse": extraction_engines.resiliparse,
}

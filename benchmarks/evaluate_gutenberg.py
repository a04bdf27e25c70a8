"""Project Gutenberg: what is left of header and licence, and what is lost of the book.

The book's own text is what stands between the marker lines, which every book of the set has; the share of its lines
that ours keeps is counted, as is every line of ours with a phrase of the licence, the header or the credits.
"""

from __future__ import annotations

import re

from benchmarks.corpora import Corpora
from benchmarks.rows import Row, share
from curate.extract.extract import extract
from curate.recipe.sections import Extract
from curate.sources import Piece, read

PHRASE = re.compile(
    r"project gutenberg(?:-tm|™|'s| literary| license| ebook)|gutenberg\.(?:org|net)|electronic works?\b.*\bfoundation"
    r"|anyone anywhere at no cost|distributed proofread|pgdp\.net|small print|\*\*\* ?(?:start|end) of", re.I
)  # fmt: skip
_BETWEEN = re.compile(r"^\*\*\* ?START OF TH.*?\*\*\*\s*$(.*)^\*\*\* ?END OF TH", re.S | re.M)


def rows(corpora: Corpora) -> list[Row]:
    files = sorted((corpora.data / "books" / "gutenberg").iterdir())
    left = untitled = undated = kept = of = markers_only = 0
    for file in files:
        piece = Piece("gutenberg", 0, "books", str(file), file.name, 0, -1, file.stat().st_size)
        ((_, record),) = read(piece)
        found = extract(record, Extract())
        untitled += not found.title or not record.language
        undated += record.date is None
        left += sum(PHRASE.search(line) is not None for line in found.text.split("\n"))
        record.media = "text"
        between = _BETWEEN.search(extract(record, Extract()).text)
        lines = [line for line in (between[1] if between else "").split("\n") if line.strip()]
        markers_only += sum(PHRASE.search(line) is not None for line in lines)
        mine = set(found.text.split("\n"))
        kept, of = kept + sum(line in mine for line in lines), of + len(lines)
    return [
        Row("gutenberg: lines with a phrase of licence, header or credits", left, "lines", len(files), bar="= 0",
            reference=f"{markers_only} where only what is outside the markers goes"),
        share("gutenberg: lines between the markers that are kept", kept, of, bar=">= 0.995"),
        Row("gutenberg: books without title or language", untitled, "books", len(files), bar="= 0"),
        Row("gutenberg: books without date", undated, "books", len(files), bar="= 0"),
    ]  # fmt: skip

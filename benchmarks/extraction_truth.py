"""What must be found on the pages, by key: articles, segments, formulas, lines of code.

Articles are fundus' parsers' and Readability's expected pages; segments are strings that a person marked as inside or
outside the text (trafilatura's set); formulas those of SymPy's documentation that have three characters or more, since
shorter ones stand in any text by chance. Lines of code are made here from `<pre>`
of the two documentation sets: libxml2's tree, `<br>` a line end, columns of line numbers left out, blank lines not
counted, indentation exact and white space at the end of a line ignored.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from benchmarks.extraction_pages import Page

SHORTEST_FORMULA = 3
SHORTEST_FORMULA = 3
DOCUMENTATION = ("debian-docs", "sympy-docs")
_INLINE = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|tt|u|var|wbr)"
    r"(?=[\s/>])[^>]*>",
    re.I,
)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.S)
_NUMBERS = re.compile(r"\blinenos?(div)?\b|\bgutter\b")


@dataclass(frozen=True)
class Segments:
    inside: tuple[str, ...]
    outside: tuple[str, ...]


def articles(data: Path) -> dict[str, str]:
    return {key(row): row["text"] for row in _rows(data, "fundus_articles")}


def readability(data: Path) -> dict[str, str]:
    return {key(row): plain(row["expected_html"]) for row in _rows(data, "readability_expected")}


def segments(data: Path) -> dict[str, Segments]:
    return {
        key(row): Segments(tuple(row.get("with") or ()), tuple(row.get("without") or ()))
        for row in _rows(data, "trafilatura_segments")
    }


def formulas(data: Path) -> dict[str, tuple[str, ...]]:
    """In the truth they are as the page's source has them: `&lt;` is a less-than sign."""
    found = {
        key(row): tuple(unescape(tex) for tex in row["math_alt"] if len("".join(tex.split())) >= SHORTEST_FORMULA)
        for row in _rows(data, "docs_math")
    }
    return {name: listed for name, listed in found.items() if listed}


def code_lines(pages: Iterable[Page]) -> dict[str, tuple[str, ...]]:
    """Of every page of documentation that has any: the lines of its code, in order."""
    found = {page.key: tuple(_lines_of_code(page)) for page in pages if page.set in DOCUMENTATION}
    return {name: lines for name, lines in found.items() if lines}


def key(row: dict) -> str:
    return f"{row['warc']}:{row['offset']}"


def plain(markup: str) -> str:
    """Text of trusted markup: tags inside words vanish, others part words."""
    return unescape(_TAG.sub(" ", _INLINE.sub("", markup)))


def _rows(data: Path, name: str) -> list[dict]:
    with gzip.open(data / "web" / "ground_truth" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _lines_of_code(page: Page) -> list[str]:
    import lxml.html

    if "<pre" not in page.markup:
        return []
    tree = lxml.html.document_fromstring(page.body, parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True))
    lines: list[str] = []
    for block in tree.iter("pre"):
        if any(_NUMBERS.search(element.get("class") or "") for element in [block, *block.iterancestors()][:4]):
            continue
        for line_end in list(block.iter("br")):
            line_end.tail = "\n" + (line_end.tail or "")
        lines += [line.rstrip() for line in block.text_content().replace("\r", "").split("\n")]
    return [line for line in lines if line]

"""The main text of an HTML page: our engine, and trafilatura where it is not sure.

The engine (`tokenise`, `classify`, `render`) finds the blocks that are text, keeps their structure, and says how sure
it is. A page below the recipe's `min_confidence`, or without a text, is given to trafilatura too, if it is small
enough for it (`curate.extract.limits`) and has neither code nor formulas in its text, which trafilatura damages; its
text is taken unless it is empty. So no page is empty where trafilatura finds text, but for pages beyond its limits.

Cost: below 1 ms a page of 100 KB; trafilatura 20 to 30.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from curate.extract.limits import fits_trafilatura, too_costly

if TYPE_CHECKING:
    from curate.extract.html.engine import Found
    from curate.extract.html.trees import Stages

DEFAULT_CONFIDENCE = 0.7


@dataclass(frozen=True, slots=True)
class MainText:
    text: str
    extractor: str  # html, trafilatura, resiliparse
    confidence: float | None = None  # of our engine, where it was asked


def main_text(page: str, engine: str = "auto", min_confidence: float = DEFAULT_CONFIDENCE) -> MainText:
    source = page.encode("utf-8", "replace")
    if engine in ("resiliparse", "trafilatura") and not too_costly(source):
        return MainText(_resiliparse(page) if engine == "resiliparse" else _trafilatura(page), engine)
    return read_page(page, source, engine, min_confidence)


def read_page(
    page: str, source: bytes, engine: str, min_confidence: float, stages: Stages | None = None
) -> MainText:
    """By our engine, with the trees of the package unless others are given; `source` is `page` in UTF-8."""
    from curate.extract.html.engine import read

    found = read(source, stages)
    if engine == "auto" and _unsure(found, min_confidence) and fits_trafilatura(source, found.elements, found.depths):
        text = _trafilatura(page)
        if text.strip():
            return MainText(text, "trafilatura", found.confidence)
    return MainText(found.text, "html", found.confidence)


def _unsure(found: Found, min_confidence: float) -> bool:
    return not found.text.strip() or (found.confidence < min_confidence and not found.technical)


def _resiliparse(page: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(page, preserve_formatting=True, main_content=True, alt_texts=True, list_bullets=True))


def _trafilatura(page: str) -> str:
    import trafilatura

    return trafilatura.extract(page, include_comments=False, include_tables=True, deduplicate=False) or ""

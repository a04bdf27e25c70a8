"""Pages with known formulas: arXiv's, in every shape of the web, put into paragraphs of real articles.

A paragraph that the truth of an article holds is cut in two at a space, and the formula stands between a pair of marker
words there, inline or as a display of its own. What the text has between the markers is what was recovered. Where the
page states the TeX it must come back as it is, white space left out; where it has only MathML, at least 0.9 of the
formula's symbols must be there and 0.9 of what is there must be its (`benchmarks.tex_tokens`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.arxiv_formulas import Formula, formulas
from benchmarks.extraction_pages import Page
from benchmarks.extraction_truth import articles, plain
from benchmarks.formula_shapes import SHAPES, WITHOUT_TEX
from benchmarks.tex_tokens import alike, exact

A_PAGE = 12
MOST_OF_A_SHAPE = 600
LEAST_ALIKE = 0.9
_PARAGRAPH = re.compile(r"<p(?:\s[^>]*)?>((?:(?!</?p[\s>])[^<]|<(?!/?p[\s>]))*)</p>", re.I)
_DELIMITERS = re.compile(r"^(?:\$+|\\\(|\\\[)\s*|\s*(?:\$+|\\\)|\\\])$")


@dataclass(frozen=True)
class Rendered:
    pages: dict[str, Page]
    formulas: dict[str, list[Formula]]
    shapes: dict[str, list[str]]  # keys by shape
    refused: int  # formulas that could not be rendered as MathML

    def recovered(self, key: str, text: str) -> list[bool]:
        """Of each formula of a page, whether the text has it in its place."""
        bare = key.split(":")[1] in WITHOUT_TEX
        return [_right(formula.tex, between(text, n), bare) for n, formula in enumerate(self.formulas[key])]


def rendered(data: Path, crawled: dict[str, Page]) -> Rendered:
    listed, refused = formulas(data)
    places = {key: _places(crawled[key].markup, text) for key, text in sorted(articles(data).items())}
    templates = [key for key in places if len(places[key]) >= A_PAGE]
    made = Rendered({}, {}, {}, refused)
    # Formulas dealt out by turns, so that a page has those of many papers.
    count = min(MOST_OF_A_SHAPE, len(listed)) // A_PAGE
    for shape in SHAPES:
        for number in range(count):
            template = crawled[templates[(number * 7 + len(shape)) % len(templates)]]
            chosen = listed[number::count][:A_PAGE]
            key = f"formulas:{shape}:{number}"
            markup = _page(template.markup, places[template.key], chosen, shape)
            made.pages[key] = Page(key, template.url, template.host, "formulas", markup)
            made.formulas[key] = chosen
            made.shapes.setdefault(shape, []).append(key)
    return made


def between(text: str, n: int) -> str:
    """What stands between the markers of the n-th formula; "" if one of them is gone."""
    _, opened, rest = text.partition(_marker(n, "a"))
    found, closed, _ = rest.partition(_marker(n, "b"))
    return found if opened and closed else ""


def _right(tex: str, found: str, bare: bool) -> bool:
    found = _DELIMITERS.sub("", _DELIMITERS.sub("", found.strip()))
    if not bare:
        return exact(found) == exact(tex)
    recall, precision = alike(tex, found)
    return recall >= LEAST_ALIKE and precision >= LEAST_ALIKE


def _marker(n: int, side: str) -> str:
    return f"quz{chr(97 + n)}{side}"


def _places(markup: str, text: str) -> list[int]:
    """Positions in paragraphs of the article at which a formula can stand: spaces in their middles, outside tags."""
    words = " ".join(text.split())
    found = []
    for paragraph in _PARAGRAPH.finditer(markup):
        inner = paragraph[1]
        if len(inner) < 100 or " ".join(plain(inner).split())[:80] not in words:
            continue
        spaces = [at for at in range(len(inner)) if inner[at] == " " and _outside(inner, at)]
        if spaces:
            found.append(paragraph.start(1) + spaces[len(spaces) // 2])
    return found


def _outside(inner: str, at: int) -> bool:
    """Whether a position is in no tag and no element."""
    before = inner[:at]
    opened, closed = len(re.findall(r"<[a-zA-Z](?!r\b)", before)), before.count("</")
    return before.rfind("<") <= before.rfind(">") and opened == closed


def _page(markup: str, places: list[int], chosen: list[Formula], shape: str) -> str:
    parts, at = [], 0
    for n, formula in enumerate(chosen):
        place = places[n * len(places) // len(chosen)]
        made = SHAPES[shape](formula.tex, formula.display)
        opened, closed = f" {_marker(n, 'a')} ", f" {_marker(n, 'b')} "
        made = f"{opened}</p>\n<p>{made}</p>\n<p>{closed}" if formula.display else f"{opened}{made}{closed}"
        parts += [markup[at:place], made]
        at = place
    return "".join([*parts, markup[at:]])

"""Labels for the trees of HTML extraction: which of a page's blocks the truth says are main text.

Articles (fundus, Readability): a block is main if more than half of its shingles of four words stand in the article;
one of fewer words, if they stand there in a row and a block of article stands beside it. Segments: a block that holds a
string marked as inside is main, one that holds a string marked as outside is not, all others are not known. Pages of
documentation are articles whose text is what their generators (Sphinx, DocBook) mark as the page's own: nobody has
marked any by hand, and lists of functions look like menus to trees that saw news only. A block weighs as many words as
it has, and pages weigh alike, however long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from benchmarks import extraction_pages
from benchmarks.extraction_truth import DOCUMENTATION, Segments
from curate.extract.html.state import END, START
from curate.extract.html.tokenise import Page

_WORD = re.compile(r"\w+")
_SHINGLE = 4
_APART = "//script | //style | //title | //div[@class='navheader' or @class='navfooter']"
_OWN = "//*[@role='main']"
_PAGE_WEIGHT, _LEAST_WORDS, _SEGMENT_WEIGHT = 60.0, 60, 2.5
_BESIDE = (-2, -1, 1, 2)


def texts(page: Page) -> list[str]:
    return [page.text[block[START] : block[END]].tobytes().decode("utf-8", "replace") for block in page.blocks]


def documentation(pages: Iterable[extraction_pages.Page]) -> dict[str, str]:
    """The text of each page of documentation by its key."""
    import lxml.html

    found = {}
    for page in pages:
        if page.set in DOCUMENTATION:
            parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
            tree = lxml.html.document_fromstring(page.body, parser=parser)
            for apart in tree.xpath(_APART):
                apart.drop_tree()
            found[page.key] = " ".join(_WORD.findall(" ".join((tree.xpath(_OWN) or [tree])[0].itertext())))
    return found


def of_article(blocks: list[str], article: str) -> tuple[np.ndarray, np.ndarray]:
    """(is main, weight) of each block."""
    words = _WORD.findall(article)
    shingles = {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
    joined = f" {' '.join(words)} "
    main, weight, short = np.zeros(len(blocks), bool), np.zeros(len(blocks)), []
    for number, text in enumerate(blocks):
        own = _WORD.findall(text)
        weight[number] = len(own)
        if len(own) >= _SHINGLE:
            found = [tuple(own[at : at + _SHINGLE]) in shingles for at in range(len(own) - _SHINGLE + 1)]
            main[number] = sum(found) > len(found) / 2
        elif own and f" {' '.join(own)} " in joined:
            short.append(number)
    sure = main.copy()
    for number in short:
        main[number] = any(0 <= number + k < len(blocks) and sure[number + k] for k in _BESIDE)
    if not main.any():  # the page is not what the truth was made from
        return main, np.zeros(len(blocks))
    total = weight.sum()
    return main, np.where(weight > 0, np.maximum(weight, 1), 0) / max(_LEAST_WORDS, total) * _PAGE_WEIGHT


def of_segments(blocks: list[str], segments: Segments) -> tuple[np.ndarray, np.ndarray]:
    main, weight = np.zeros(len(blocks), bool), np.zeros(len(blocks))
    for number, text in enumerate(blocks):
        if any(segment in text for segment in segments.inside):
            main[number], weight[number] = True, _SEGMENT_WEIGHT
        elif any(segment in text for segment in segments.outside):
            weight[number] = _SEGMENT_WEIGHT
    return main, weight

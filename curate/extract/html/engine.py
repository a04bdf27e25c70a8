"""Bytes of a page or of a fragment to text: three compiled calls, and one decoding."""

from dataclasses import dataclass

import numpy as np

from curate.extract.html.classify import main_blocks
from curate.extract.html.formulas import formula_text
from curate.extract.html.layout import lay_out
from curate.extract.html.render import render
from curate.extract.html.state import DEPTH, HAS_FORMULA, IN_PRE, KIND
from curate.extract.html.tokenise import Page, tokenise
from curate.extract.html.trees import Stages


@dataclass(frozen=True, slots=True)
class Found:
    text: str
    confidence: float  # the F1 that the text has if the probabilities of its blocks are right
    technical: bool  # whether there is code in it, or a formula
    elements: int
    depths: int  # over all elements


def read(source: bytes, stages: Stages | None = None) -> Found:
    """The main text of a page in valid UTF-8, by the trees of the package unless others are given."""
    page = tokenise(source)
    layout = lay_out(page.elements, page.blocks)
    keep, confidence = main_blocks(page, layout, stages)
    technical = bool((page.blocks[keep, KIND] & (IN_PRE | HAS_FORMULA)).any())
    depths = int(page.elements[:, DEPTH].sum(dtype=np.int64))
    return Found(_text(page, layout, keep), confidence, technical, len(page.elements), depths)


def fragment_text(markup: str | bytes) -> str:
    """The text of `markup` with its structure: paragraphs, lists, tables, code, formulas. Bytes are UTF-8.

    Nothing visible is left out. Never raises, whatever the markup.
    """
    text = markup if isinstance(markup, str) else markup.decode("utf-8", "replace")
    page = tokenise(text.encode("utf-8", "replace"), described=True)
    layout = lay_out(page.elements, page.blocks)
    return _text(page, layout, np.ones(len(page.blocks), np.bool_))


def _text(page: Page, layout: np.ndarray, keep: np.ndarray) -> str:
    return render(page, layout, keep, lambda number: formula_text(page.source, page.formulas[number]))
